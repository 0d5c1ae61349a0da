import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { createCloud, type Cloud, type CloudOptions } from '../../../src/cloud.ts';
import type { CloudEvent } from '../../../src/core/cloud-event.ts';

export type Running = {
  cloud: Cloud;
  observed: CloudEvent[];
  options: object;
  cloudwatch: CloudWatchClient;
  stop: () => Promise<void>;
};

/** A cloud with nothing in it yet. */
export async function startCloud(options: Partial<CloudOptions> = {}): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudwatch-'));
  const observed: CloudEvent[] = [];
  const cloud = await createCloud({
    template: join(folder, 'template.yaml'),
    stackName: 'shop',
    port: 0,
    observe: (event) => observed.push(event),
    ...options,
  });
  const client = {
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  };
  const cloudwatch = new CloudWatchClient(client);
  return {
    cloud,
    observed,
    options: client,
    cloudwatch,
    stop: async () => {
      cloudwatch.destroy();
      await cloud.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
