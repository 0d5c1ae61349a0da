import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

import { httpStatus } from './client-defaults.ts';

/**
 * What the hooks of a release have found, in ThumbnailsBucket: JSON for people and for the hook that comes after. No recipe is called
 * `reports`, so reconciliation takes none of it for an output.
 */
export function reports(s3: S3Client, bucket: string) {
  /** Writes over what an earlier run of the same hook has written. Gives the `s3://` URI of the report. */
  async function writeReport(deploymentId: string, hook: string, report: unknown): Promise<string> {
    const key = reportKey(deploymentId, hook);
    const Body = `${JSON.stringify(report, undefined, 2)}\n`;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: 'application/json' }));
    return `s3://${bucket}/${key}`;
  }

  /** Undefined where that hook has written none. */
  async function readReport(deploymentId: string, hook: string): Promise<unknown> {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: reportKey(deploymentId, hook) }));
      return JSON.parse((await Body?.transformToString()) ?? '') as unknown;
    } catch (error) {
      if (httpStatus(error) === 404) return undefined;
      throw error;
    }
  }

  return { writeReport, readReport };
}

function reportKey(deploymentId: string, hook: string): string {
  return `reports/${deploymentId}/${hook}.json`;
}
