import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { UsageError, type ClientConfig } from '../shared/target.ts';

/** What checks read from, with the user's own credentials. */
export type Aws = {
  cloudFormation: CloudFormationClient;
  codeDeploy: CodeDeployClient;
  dynamoDb: DynamoDBClient;
  lambda: LambdaClient;
};

/** `physicalId` is what `Ref` returns: a name, a URL or an ARN. */
export type DeployedResource = { logicalId: string; physicalId: string; type: string };

export type DeployedStack = {
  name: string;
  /** As CloudFormation names it: `UPDATE_ROLLBACK_COMPLETE`. */
  status: string;
  /** Of the release that is in place. */
  parameters: Readonly<Record<string, string>>;
  /** When the last update started, successful or not; before the first, when the stack was created. ISO 8601, UTC. */
  updatedAt: string;
  resources: readonly DeployedResource[];
};

/** How clients reach the region of the AWS CLI, which knows a second name for it. */
export function clientConfig(
  region = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'],
): Pick<ClientConfig, 'region'> {
  return region === undefined ? {} : { region };
}

export function connect(client: ClientConfig): Aws {
  return {
    cloudFormation: new CloudFormationClient(client),
    codeDeploy: new CodeDeployClient(client),
    dynamoDb: new DynamoDBClient(client),
    lambda: new LambdaClient(client),
  };
}

/** Undefined if there is no such stack. Throws UsageError if AWS cannot be reached or refuses to say. */
export async function readStack(
  { cloudFormation }: Pick<Aws, 'cloudFormation'>,
  name: string,
): Promise<DeployedStack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    if (stack === undefined) return undefined;
    const { StackStatus = '', Parameters = [], LastUpdatedTime, CreationTime } = stack;
    return {
      name,
      status: StackStatus,
      parameters: Object.fromEntries(
        Parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
      ),
      updatedAt: (LastUpdatedTime ?? CreationTime ?? new Date(0)).toISOString(),
      resources: await listResources(cloudFormation, name),
    };
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    throw new UsageError(
      `Before it deploys, this command reads the stack ${name}, and cannot: ${explain(cause)}\nCheck your credentials and region. It needs cloudformation:DescribeStacks and cloudformation:ListStackResources.`,
      { cause },
    );
  }
}

async function listResources(cloudFormation: CloudFormationClient, name: string): Promise<DeployedResource[]> {
  const found: DeployedResource[] = [];
  for await (const { StackResourceSummaries: page = [] } of paginateListStackResources(
    { client: cloudFormation },
    { StackName: name },
  )) {
    for (const { LogicalResourceId: logicalId, PhysicalResourceId: physicalId, ResourceType: type } of page) {
      if (logicalId !== undefined && physicalId !== undefined && type !== undefined)
        found.push({ logicalId, physicalId, type });
    }
  }
  return found;
}

/** CloudFormation has no error code for it: "Stack with id NAME does not exist". */
function isAbsence(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && error.message.endsWith('does not exist');
}

/** A connection that is refused on several addresses is an AggregateError without a message. */
function explain(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(explain).join('; ');
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
