import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as codedeploy from '@aws-sdk/client-codedeploy';
import * as monitoring from '@aws-sdk/client-cloudwatch';
import * as cognito from '@aws-sdk/client-cognito-identity-provider';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as sts from '@aws-sdk/client-sts';
import { NormalizedSchema } from '@smithy/core/schema';

/** How a call ended; `refused`: with NotImplemented, which names service and operation. */
export type Outcome = { kind: 'answered' | 'failed' | 'refused'; status: number | undefined; message: string };

export type Operation = {
  name: string;
  input: NormalizedSchema;
  /** Has its answer members, by AWS's model? */
  hasOutput: boolean;
  send: (input: object) => Promise<Outcome>;
};

type Client = { send: (command: unknown, options: object) => Promise<unknown>; destroy: () => void };
type Made<T> = new (input: object) => T;

const packages: Readonly<Record<string, readonly [exports: object, client: Made<Client>]>> = {
  cloudformation: [cloudformation, cloudformation.CloudFormationClient as unknown as Made<Client>],
  'cognito-idp': [cognito, cognito.CognitoIdentityProviderClient as unknown as Made<Client>],
  codedeploy: [codedeploy, codedeploy.CodeDeployClient as unknown as Made<Client>],
  dynamodb: [dynamodb, dynamodb.DynamoDBClient as unknown as Made<Client>],
  events: [events, events.EventBridgeClient as unknown as Made<Client>],
  iam: [iam, iam.IAMClient as unknown as Made<Client>],
  lambda: [lambda, lambda.LambdaClient as unknown as Made<Client>],
  logs: [logs, logs.CloudWatchLogsClient as unknown as Made<Client>],
  monitoring: [monitoring, monitoring.CloudWatchClient as unknown as Made<Client>],
  s3: [s3, s3.S3Client as unknown as Made<Client>],
  scheduler: [scheduler, scheduler.SchedulerClient as unknown as Made<Client>],
  sns: [sns, sns.SNSClient as unknown as Made<Client>],
  sqs: [sqs, sqs.SQSClient as unknown as Made<Client>],
  sts: [sts, sts.STSClient as unknown as Made<Client>],
};

/** By the names that they sign for. */
export const services = Object.keys(packages);

/** Every operation that the installed client of a service has. */
export function operationsOf(service: string, endpoint: string): { operations: Operation[]; stop: () => void } {
  const [exports, create] = packages[service] as (typeof packages)[string];
  const client = new create({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
    // Some operations would go to hosts of their own.
    disableHostPrefix: true,
    // It would warn of uploads without a body.
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const members = new Map<string, unknown>(Object.entries(exports));
  const operations = [...members.keys()].flatMap((key): Operation[] => {
    const [, name] = /^([A-Z]\w*)Command$/.exec(key) ?? [];
    const schema = members.get(`${name ?? ''}$`) as readonly unknown[] | undefined;
    if (name === undefined || schema === undefined) return [];
    const command = members.get(key) as Made<unknown>;
    const input = schema[4] as () => ConstructorParameters<never>;
    return [
      {
        name,
        input: NormalizedSchema.of(input()),
        hasOutput: (schema[5] as () => unknown)() !== 'unit',
        send: (values) =>
          outcomeOf(`${service}:${name}`, () =>
            client.send(new command(values), { abortSignal: AbortSignal.timeout(5000) }),
          ),
      },
    ];
  });
  return { operations, stop: () => client.destroy() };
}

function quiet(): void {
  // Nothing is said.
}

async function outcomeOf(operation: string, call: () => Promise<unknown>): Promise<Outcome> {
  try {
    await call();
    return { kind: 'answered', status: 200, message: '' };
  } catch (error) {
    const { $metadata: metadata, message } = error as Error & { $metadata?: { httpStatusCode?: number } };
    const status = metadata?.httpStatusCode;
    // An answer to HEAD has no body that could name it.
    const named = message.includes(operation) || operation.startsWith('s3:Head');
    return { kind: status === 501 && named ? 'refused' : 'failed', status, message };
  }
}
