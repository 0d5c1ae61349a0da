import { setTimeout as wait } from 'node:timers/promises';

import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

import { featuresOf } from '../shared/images/features.ts';
import { recipes } from '../shared/images/recipe.ts';
import { asPlaceholder, inspect, preview, showPlaceholder } from '../shared/imaging/inspect.ts';
import { functionNameVariables, recipeOf } from '../shared/releases/recipe-functions.ts';
import type { HookRun, Verdict } from '../shared/releases/hook-run.ts';
import { clientDefaults } from '../shared/stores/client-defaults.ts';
import { deadLetters } from '../shared/stores/dead-letters.ts';
import { deployments } from '../shared/stores/deployments.ts';
import { files } from '../shared/stores/files.ts';
import { invocations, invokingDefaults } from '../shared/stores/invocations.ts';
import { bucketListing, type ListedObject } from '../shared/stores/bucket-listing.ts';
import { outputs } from '../shared/stores/outputs.ts';
import { recordRemovals } from '../shared/stores/record-removals.ts';
import { recordScans } from '../shared/stores/record-scans.ts';
import { records } from '../shared/stores/records.ts';
import { reports } from '../shared/stores/reports.ts';
import { expectationsOf, goldenPictures, sceneNamed } from './golden.ts';
import type { Ports } from './ports.ts';
import orientation1 from './pictures/orientation-1.jpg';
import type { ReconciliationPorts } from './reconciliation-ports.ts';
import { verifyReconciliation } from './verify-reconciliation.ts';
import { verifyBeforeTraffic } from './verify-before-traffic.ts';

export const names = [
  'VERIFICATION_BUCKET_NAME',
  'THUMBNAILS_BUCKET_NAME',
  'IMAGES_TABLE_NAME',
  ...functionNameVariables,
  'RECONCILE_IMAGES_FUNCTION_NAME',
  'RENDITIONS_DEAD_LETTER_QUEUE_URL',
  'THUMBNAILS_FAILURE_QUEUE_URL',
  'HEIC',
] as const;

type Client = S3Client | DynamoDBClient | LambdaClient | SQSClient | CodeDeployClient;

/** The verification over the real stores and real decoding. */
export function bind(
  env: Record<(typeof names)[number], string>,
  log: Ports['log'],
  traced: <Traced extends Client>(client: Traced) => Traced = (client) => client,
): (run: HookRun) => Promise<Verdict> {
  const features = featuresOf(env);
  const s3 = traced(new S3Client(clientDefaults));
  const dynamo = traced(new DynamoDBClient(clientDefaults));
  const lambda = traced(new LambdaClient(invokingDefaults));
  const pictures = files(s3, env.VERIFICATION_BUCKET_NAME);
  const derived = files(s3, env.THUMBNAILS_BUCKET_NAME);
  const { countDeadLetters } = deadLetters(traced(new SQSClient(clientDefaults)));
  const { writeReport } = reports(s3, env.THUMBNAILS_BUCKET_NAME);
  const { listObjects } = bucketListing(s3);
  const ports: Omit<Ports, 'reconciler'> & ReconciliationPorts = {
    ...deployments(traced(new CodeDeployClient(clientDefaults))),
    // It only writes records of its own bucket, which no list contains.
    ...records(dynamo, env.IMAGES_TABLE_NAME, [env.VERIFICATION_BUCKET_NAME]),
    ...recordScans(dynamo, env.IMAGES_TABLE_NAME),
    ...recordRemovals(dynamo, env.IMAGES_TABLE_NAME),
    ...outputs(s3, env.THUMBNAILS_BUCKET_NAME),
    ...invocations(lambda),
    recipeOf: (functionName) => recipeOf(env, functionName),
    recipes: Object.values(recipes),
    picture: orientation1,
    putOutput: (key) => derived.putFile(key, Buffer.from('planted by verify-before-traffic')),
    listOutputs: async (imageId, recipe) => {
      const { items } = await listObjects(env.THUMBNAILS_BUCKET_NAME, undefined, `${recipe}/${imageId}/`);
      return items.map(({ key }) => key);
    },
    countDeadLetters: () => countDeadLetters([env.RENDITIONS_DEAD_LETTER_QUEUE_URL, env.THUMBNAILS_FAILURE_QUEUE_URL]),
    ...{ pictures: goldenPictures, sceneNamed },
    expectationsOf: (recipe, version) => expectationsOf(recipe, version, features),
    bucket: env.VERIFICATION_BUCKET_NAME,
    putPicture: pictures.putFile,
    listPictures: () => listAll(s3, env.VERIFICATION_BUCKET_NAME),
    deletePictures: outputs(s3, env.VERIFICATION_BUCKET_NAME).deleteOutputs,
    readOutput: derived.readObject,
    ...{ inspect, preview, asPlaceholder, showPlaceholder },
    writeReport: (deploymentId, report) => writeReport(deploymentId, report.hook, report),
    writeReconciliationReport: (deploymentId, report) => writeReport(deploymentId, report.hook, report),
    log,
    now: () => new Date(),
    pause: async (ms) => {
      await wait(ms);
    },
  };
  const reconciler: Ports['reconciler'] = {
    functionName: env.RECONCILE_IMAGES_FUNCTION_NAME,
    verify: (run, deployment) => verifyReconciliation(ports, run, deployment),
  };
  return (run) => verifyBeforeTraffic({ ...ports, reconciler }, run);
}

async function listAll(s3: S3Client, bucket: string): Promise<ListedObject[]> {
  const { listObjects } = bucketListing(s3);
  const all: ListedObject[] = [];
  for (let after: string | undefined; ;) {
    const { items, next } = await listObjects(bucket, after);
    all.push(...items);
    if (next === undefined) return all;
    after = next;
  }
}
