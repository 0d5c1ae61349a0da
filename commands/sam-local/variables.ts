import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { resourcesOf } from '../shared/resources.ts';
import type { Target } from '../shared/target.ts';

/** A function of the stack that runs. */
export type DeployedFunction = {
  /** How the SAM CLI calls it: `GenerateThumbnailsFunction`, in a nested stack `GalleryStack/CreateUploadFunction`. */
  path: string;
  logicalId: string;
  /** Its name in the local cloud. */
  name: string;
  variables: Readonly<Record<string, string>>;
};

/** The functions of the stack and the variables that they have there: buckets, table, queues that exist. */
export async function deployedFunctions({ client, stackName }: Target): Promise<DeployedFunction[]> {
  const lambda = new LambdaClient(client);
  const resources = await resourcesOf(client, stackName);
  const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  return Promise.all(
    functions.map(async ({ path, logicalId, physicalId: name }) => {
      const { Environment: environment } = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: name }),
      );
      return { path, logicalId, name, variables: environment?.Variables ?? {} };
    }),
  );
}

/** What `sam local … --env-vars` reads. */
export function environmentFile(functions: readonly DeployedFunction[]): string {
  const variables = Object.fromEntries(functions.map(({ path, variables: own }) => [path, own]));
  return `${JSON.stringify(variables, undefined, 2)}\n`;
}
