import { setTimeout as wait } from 'node:timers/promises';

import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';

import type { Image } from '../shared/images/image.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import { recipeOf, type FunctionNames } from '../shared/releases/recipe-functions.ts';
import { aliases } from '../shared/stores/aliases.ts';
import { announcements } from '../shared/stores/announcements.ts';
import { clientDefaults } from '../shared/stores/client-defaults.ts';
import { cursors } from '../shared/stores/cursors.ts';
import { deploymentHistory } from '../shared/stores/deployment-history.ts';
import { deploymentTraffic } from '../shared/stores/deployment-traffic.ts';
import { deployments } from '../shared/stores/deployments.ts';
import { recordScans } from '../shared/stores/record-scans.ts';
import { records } from '../shared/stores/records.ts';
import { rolledBackDeployments } from './after-stack-rollback.ts';
import { phases, type Ports } from './ports.ts';
import { repairAfterRollback, type Summary } from './repair-after-rollback.ts';

type Environment = FunctionNames & {
  UPLOADS_BUCKET_NAME: string;
  IMAGES_TABLE_NAME: string;
  UPLOADS_TOPIC_ARN: string;
  DEPLOYMENT_APPLICATION_NAME: string;
};

type Traced = <Client extends CodeDeployClient | DynamoDBClient | LambdaClient | SNSClient>(client: Client) => Client;

/** Days until DynamoDB may delete a repair's cursor: long after the last retry of its event. */
const CURSOR_DAYS = 30;

/** The repair over the real stores. `onAnnounced` is called for every image that is announced. */
export function bind(env: Environment, onAnnounced: (image: Image, record: ImageRecord) => void, traced: Traced) {
  const dynamo = traced(new DynamoDBClient(clientDefaults));
  const codeDeploy = traced(new CodeDeployClient(clientDefaults));
  const { announce } = announcements(
    traced(new SNSClient(clientDefaults)),
    env.UPLOADS_TOPIC_ARN,
    'repair-after-rollback',
  );
  const { routingOf, servingVersion } = aliases(traced(new LambdaClient(clientDefaults)));
  const cursorOf = (deploymentId: string) =>
    cursors(dynamo, env.IMAGES_TABLE_NAME, `repair-after-rollback/${deploymentId}`, CURSOR_DAYS);
  const ports: Omit<Ports, 'remainingMs'> = {
    ...records(dynamo, env.IMAGES_TABLE_NAME),
    ...recordScans(dynamo, env.IMAGES_TABLE_NAME),
    ...deploymentTraffic(codeDeploy),
    bucket: env.UPLOADS_BUCKET_NAME,
    recipeOf: (functionName) => recipeOf(env, functionName),
    describeRelease: deployments(codeDeploy).describeDeployment,
    isServed: async ({ functionName, alias }, version) => {
      const routing = await routingOf(functionName, alias);
      return routing.version === version || (routing.weights[version] ?? 0) > 0;
    },
    announce: async (image, record) => {
      await announce(image, 'created', new Date());
      onAnnounced(image, record);
    },
    readCursor: async (deploymentId) => {
      const cursor = await cursorOf(deploymentId).readCursor();
      // A phase of another version of this function: start again.
      const phase = phases.find((name) => name === cursor?.phase);
      return cursor && (phase ? { ...cursor, phase } : { phase: 'early', revision: cursor.revision });
    },
    writeCursor: (deploymentId, cursor) => cursorOf(deploymentId).writeCursor(cursor),
    now: () => new Date(),
    wait: (ms) => wait(ms),
  };

  return {
    repair: (deploymentId: string, remainingMs: () => number): Promise<Summary> =>
      repairAfterRollback({ ...ports, remainingMs }, deploymentId),
    rolledBackDeployments: (): Promise<string[]> =>
      rolledBackDeployments({
        ...ports,
        ...deploymentHistory(codeDeploy, env.DEPLOYMENT_APPLICATION_NAME),
        servingVersion,
      }),
  };
}
