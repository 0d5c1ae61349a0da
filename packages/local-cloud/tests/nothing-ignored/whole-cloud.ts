import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from '../../src/builder/artifact.ts';
import { createClock } from '../../src/core/clock.ts';
import { createCloud } from '../../src/cloud.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';
import { createRandom } from '../../src/core/random.ts';
import type { ApiGateway } from '../../src/services/apigateway/apigateway.ts';
import type { Provider } from '../../src/stacks/provider.ts';
import { createProviders } from '../../src/stacks/providers.ts';
import { createStacks, type Stacks } from '../../src/stacks/stacks.ts';
import { readTemplate } from '../../src/template/template.ts';

/** The cloud as it is started, and stacks over all its providers, into which plain resources are deployed. */
export type WholeCloud = {
  endpoint: string;
  providers: readonly Provider[];
  stacks: Stacks;
  apigateway: ApiGateway;
  /** Code that could be deployed, and a nested template. */
  artifact: Artifact;
  observed: CloudEvent[];
  deploy: (resources: Readonly<Record<string, unknown>>, stackName?: string) => Promise<Record<string, string>>;
  stop: () => Promise<void>;
};

/** @param around what each provider is wrapped in */
export async function startWholeCloud(around: (provider: Provider) => Provider = (one) => one): Promise<WholeCloud> {
  const folder = mkdtempSync(join(tmpdir(), 'whole-cloud-'));
  const artifact = { Folder: join(folder, 'code'), Sha256: 'ab'.repeat(32) };
  mkdirSync(artifact.Folder);
  writeFileSync(
    join(artifact.Folder, 'index.mjs'),
    'export const handler = async () => console.log("hello") ?? process.env._X_AMZN_TRACE_ID;',
  );
  writeFileSync(
    join(artifact.Folder, 'template.yaml'),
    'Parameters: { Name: { Type: String } }\nResources: { Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: !Ref Name } } }',
  );
  writeFileSync(join(artifact.Folder, 'artifacts.json'), JSON.stringify({ file: 'nested.yaml', artifacts: {} }));
  const observed: CloudEvent[] = [];
  const observe = (event: CloudEvent): void => void observed.push(event);
  const cloud = await createCloud({
    template: join(folder, 'template.yaml'),
    port: 0,
    observe,
    keysOf: async () => ({ keys: [] }),
  });
  const providers = createProviders(cloud.services).map(around);
  const { signal: stopping } = new AbortController();
  const stacks = createStacks(
    {
      region: cloud.region,
      accountId: '000000000000',
      clock: createClock(),
      random: createRandom(2),
      observe,
      stopping,
    },
    providers,
  );
  return {
    endpoint: cloud.endpoint,
    providers,
    stacks,
    apigateway: cloud.services.apigateway,
    artifact,
    observed,
    deploy: (resources, stackName = 'shop') =>
      stacks.deploy({
        stackName,
        template: readTemplate(JSON.stringify({ Resources: resources }), 'template.json'),
        parameters: {},
      }),
    stop: async () => {
      await cloud.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
