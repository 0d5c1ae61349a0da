import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

import { recipes } from '../shared/images/recipe.ts';
import { alarms } from '../shared/stores/alarms.ts';
import { functionNameVariables, recipeOf } from '../shared/releases/recipe-functions.ts';
import type { HookRun, Verdict } from '../shared/releases/hook-run.ts';
import { clientDefaults } from '../shared/stores/client-defaults.ts';
import { deadLetters } from '../shared/stores/dead-letters.ts';
import { deployments } from '../shared/stores/deployments.ts';
import { files } from '../shared/stores/files.ts';
import { records } from '../shared/stores/records.ts';
import { reports } from '../shared/stores/reports.ts';
import { picture } from './picture.ts';
import type { Ports } from './ports.ts';
import { verifyAfterTraffic } from './verify-after-traffic.ts';

export const names = [
  'UPLOADS_BUCKET_NAME',
  'THUMBNAILS_BUCKET_NAME',
  'IMAGES_TABLE_NAME',
  ...functionNameVariables,
  'RECONCILE_IMAGES_FUNCTION_NAME',
  'RENDITIONS_DEAD_LETTER_QUEUE_URL',
  'THUMBNAILS_FAILURE_QUEUE_URL',
] as const;

type Client = S3Client | DynamoDBClient | SQSClient | CodeDeployClient | CloudWatchClient;

/** The verification over the real stores. */
export function bind(
  env: Record<(typeof names)[number], string>,
  warn: Ports['warn'],
  traced: <Traced extends Client>(client: Traced) => Traced = (client) => client,
): (run: HookRun) => Promise<Verdict> {
  const s3 = traced(new S3Client(clientDefaults));
  const { countDeadLetters } = deadLetters(traced(new SQSClient(clientDefaults)));
  const { writeReport, readReport } = reports(s3, env.THUMBNAILS_BUCKET_NAME);
  const ports: Ports = {
    ...deployments(traced(new CodeDeployClient(clientDefaults))),
    ...alarms(traced(new CloudWatchClient(clientDefaults))),
    ...records(traced(new DynamoDBClient(clientDefaults)), env.IMAGES_TABLE_NAME),
    recipeOf: (functionName) => recipeOf(env, functionName),
    hasNoImages: (functionName) => functionName === env.RECONCILE_IMAGES_FUNCTION_NAME,
    recipes: Object.values(recipes),
    picture,
    bucket: env.UPLOADS_BUCKET_NAME,
    upload: files(s3, env.UPLOADS_BUCKET_NAME).putFile,
    newName: randomUUID,
    readOutput: files(s3, env.THUMBNAILS_BUCKET_NAME).readFile,
    countDeadLetters: () => countDeadLetters([env.RENDITIONS_DEAD_LETTER_QUEUE_URL, env.THUMBNAILS_FAILURE_QUEUE_URL]),
    readReportBefore: (deploymentId) => readReport(deploymentId, 'verify-before-traffic'),
    writeReport: (deploymentId, report) => writeReport(deploymentId, report.hook, report),
    warn,
    now: () => new Date(),
    pause: (ms) => wait(ms),
  };
  return (run) => verifyAfterTraffic(ports, run);
}
