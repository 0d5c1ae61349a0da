import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';

const APPLICATION = 'serverless-thumbnails';
const LOCAL_ENDPOINT = 'http://127.0.0.1:4566';

/** Options that every command takes, for `node:util`'s parseArgs. */
export const targetOptions = {
  stage: { type: 'string', default: 'local' },
  endpoint: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const targetHelp = `  --stage NAME     local (default): the local cloud; dev or prod: the stack on AWS, with your own credentials
  --endpoint URL   another endpoint of the local cloud (default: ${LOCAL_ENDPOINT})
  --help           this text`;

/** How an SDK client reaches the stack. */
export type ClientConfig = {
  endpoint?: string;
  region?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
};

/** The stack's outputs (design: contracts), by name. */
export type Outputs = Readonly<Record<string, string>>;

export type Target = {
  stackName: string;
  client: ClientConfig;
  /** For what a stack may have or not. */
  outputs: Outputs;
  output: (name: string) => string;
  /** The value of `Ref` for a resource without an output, for example a queue's URL. */
  physicalId: (logicalId: string) => Promise<string>;
};

/** A mistake of the person who types: printed without a stack trace. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Finds the stack by CloudFormation's DescribeStacks, the same way here and on AWS. Throws UsageError where there is none. */
export async function findTarget(options: { stage: string; endpoint?: string | undefined }): Promise<Target> {
  const { stage } = options;
  if (!['local', 'dev', 'prod'].includes(stage)) throw new UsageError(`--stage is local, dev or prod, not "${stage}".`);
  if (stage !== 'local' && options.endpoint !== undefined)
    throw new UsageError(`--endpoint is for the local cloud: leave it out, or leave out --stage ${stage}.`);
  if (options.endpoint !== undefined && !/^https?:\/\/[^/]/u.test(options.endpoint))
    throw new UsageError(`--endpoint is a URL such as ${LOCAL_ENDPOINT}, not "${options.endpoint}".`);
  const stackName = stage === 'local' ? APPLICATION : `${APPLICATION}-${stage}`;
  const client = stage === 'local' ? localClient(options.endpoint) : {};
  const outputs = await describe(stackName, stage, client);
  return {
    stackName,
    client,
    outputs,
    output: (name) => {
      const value = outputs[name];
      if (value === undefined)
        throw new UsageError(`Stack ${stackName} has no output ${name}: was it deployed from this template?`);
      return value;
    },
    physicalId: async (logicalId) => {
      const { StackResources: [resource] = [] } = await new CloudFormationClient(client).send(
        new DescribeStackResourcesCommand({ StackName: stackName, LogicalResourceId: logicalId }),
      );
      if (resource?.PhysicalResourceId === undefined)
        throw new UsageError(`Stack ${stackName} has no resource ${logicalId}: was it deployed from this template?`);
      return resource.PhysicalResourceId;
    },
  };
}

/** How a client reaches a local cloud, whose credentials may be any. */
export function localClient(endpoint = LOCAL_ENDPOINT): ClientConfig {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}

async function describe(stackName: string, stage: string, client: ClientConfig): Promise<Outputs> {
  const cloudFormation = new CloudFormationClient({ ...client, maxAttempts: 2 });
  try {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    return Object.fromEntries(
      (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  } catch (cause) {
    const where = client.endpoint ?? 'AWS';
    const next =
      client.endpoint === undefined
        ? `Deploy it ("npm run deploy -- --stage ${stage}"), and check your credentials and region.`
        : 'Start it in another terminal ("npm start").';
    throw new UsageError(`Stack ${stackName} was not found on ${where}: ${explain(cause)}\n${next}`, { cause });
  }
}

/** A connection refused on several addresses is an AggregateError without a message of its own. */
function explain(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(explain).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}
