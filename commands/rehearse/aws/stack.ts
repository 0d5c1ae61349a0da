import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient, GetDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { demoUserOf } from '../../shared/demo-user.ts';
import { UsageError, type Target } from '../../shared/target.ts';
import type { Hooks } from './app-spec.ts';

export type Aws = {
  lambda: LambdaClient;
  codeDeploy: CodeDeployClient;
  cloudWatch: CloudWatchClient;
  s3: S3Client;
  dynamoDb: DynamoDBClient;
};

/** A function that is released through CodeDeploy. */
export type Released = {
  /** The name of its folder. */
  name: string;
  logicalId: string;
  functionName: string;
  deploymentGroup: string;
};

/** A function that creates outputs and is released gradually. */
export type ImageFunction = Released & { recipe: 'thumbnails' | 'renditions' };

/** The parts of a deployed stack that a rehearsal uses. */
export type Stack = {
  name: string;
  aws: Aws;
  application: string;
  /** The functions that create outputs. */
  functions: ImageFunction[];
  /** The function that finds missing and outdated outputs. Its release shifts all traffic in one step. */
  reconciler: Released;
  hooks: Hooks;
  /** Logical IDs of the alarms, by their names in CloudWatch. */
  alarms: ReadonlyMap<string, string>;
  /** Names of the alarms that stop a release. */
  rollbackAlarms: string[];
  uploadsBucket: string;
  thumbnailsBucket: string;
  imagesTable: string;
  /** repair-after-rollback. */
  repairFunction: string;
  /** The owner of the uploaded photographs. */
  owner: string;
};

export const ALIAS = 'live';

const imageFunctions = [
  { name: 'generate-thumbnails', logicalId: 'GenerateThumbnailsFunction', recipe: 'thumbnails' },
  { name: 'generate-renditions', logicalId: 'GenerateRenditionsFunction', recipe: 'renditions' },
] as const;

const reconciler = { name: 'reconcile-images', logicalId: 'ReconcileImagesFunction' } as const;

/** The owner of the photographs if no user views them. */
const NOBODY = 'rehearsal';

/**
 * In a running local cloud (`isOpen`), the demo user is the owner, so that an open gallery shows the rehearsal. Throws UsageError if the
 * stack has no gradual releases.
 */
export async function findStack(target: Target, isOpen = false): Promise<Stack> {
  const aws = {
    lambda: new LambdaClient(target.client),
    codeDeploy: new CodeDeployClient(target.client),
    cloudWatch: new CloudWatchClient(target.client),
    s3: new S3Client(target.client),
    dynamoDb: new DynamoDBClient(target.client),
  };
  const resources = await listResources(target);
  const physicalId = (logicalId: string): string => {
    const found = resources.find((one) => one.logicalId === logicalId);
    if (found !== undefined) return found.physicalId;
    throw new UsageError(`Stack ${target.stackName} has no resource ${logicalId}: deploy the current template first.`);
  };
  const application = physicalId('ServerlessDeploymentApplication');
  const found = <One extends { name: string; logicalId: string }>(one: One): One & Released => ({
    ...one,
    functionName: physicalId(one.logicalId),
    deploymentGroup: physicalId(`${one.logicalId}DeploymentGroup`),
  });
  const functions = imageFunctions.map(found);
  return {
    name: target.stackName,
    aws,
    application,
    functions,
    reconciler: found(reconciler),
    hooks: { before: physicalId('VerifyBeforeTrafficFunction'), after: physicalId('VerifyAfterTrafficFunction') },
    alarms: new Map(
      resources
        .filter(({ type }) => type === 'AWS::CloudWatch::Alarm')
        .map((alarm) => [alarm.physicalId, alarm.logicalId]),
    ),
    rollbackAlarms: await rollbackAlarmsOf(aws.codeDeploy, application, [...functions, found(reconciler)]),
    uploadsBucket: target.output('UploadsBucketName'),
    thumbnailsBucket: target.output('ThumbnailsBucketName'),
    imagesTable: target.output('ImagesTableName'),
    repairFunction: physicalId('RepairAfterRollbackFunction'),
    owner: (isOpen ? await demoUserOf(target) : undefined) ?? NOBODY,
  };
}

type Resource = { logicalId: string; physicalId: string; type: string };

async function listResources({ stackName, client }: Target): Promise<Resource[]> {
  const found: Resource[] = [];
  const pages = paginateListStackResources({ client: new CloudFormationClient(client) }, { StackName: stackName });
  for await (const { StackResourceSummaries: summaries = [] } of pages) {
    for (const { LogicalResourceId: logicalId, PhysicalResourceId: physicalId, ResourceType: type } of summaries) {
      if (logicalId !== undefined && physicalId !== undefined && type !== undefined)
        found.push({ logicalId, physicalId, type });
    }
  }
  return found;
}

async function rollbackAlarmsOf(
  codeDeploy: CodeDeployClient,
  application: string,
  functions: readonly Released[],
): Promise<string[]> {
  const names = functions.map(async ({ deploymentGroup }) => {
    const { deploymentGroupInfo: group } = await codeDeploy.send(
      new GetDeploymentGroupCommand({ applicationName: application, deploymentGroupName: deploymentGroup }),
    );
    return (group?.alarmConfiguration?.alarms ?? []).flatMap(({ name }) => name ?? []);
  });
  return [...new Set((await Promise.all(names)).flat())];
}

/** All functions of a stack that CodeDeploy releases. */
export function releasedOf({ functions, reconciler: one }: Pick<Stack, 'functions' | 'reconciler'>): Released[] {
  return [...functions, one];
}
