import { GetAliasCommand } from '@aws-sdk/client-lambda';
import type { LambdaClient } from '@aws-sdk/client-lambda';

/** What SNS, SQS and people invoke: the alias of every function, as template.yaml has it published. */
export const ALIAS = 'live';

/** Which versions of a function get the invocations of one of its aliases. */
export type Routing = {
  /** The one that gets what the weights leave: all of it, unless traffic is being shifted. */
  version: string;
  /** The others and their shares, 0 to 1. */
  weights: Readonly<Record<string, number>>;
};

/** Which versions the aliases serve. */
export function aliases(lambda: LambdaClient) {
  /** Throws if there is no such function or alias. */
  async function routingOf(functionName: string, alias: string): Promise<Routing> {
    const { FunctionVersion, RoutingConfig } = await lambda.send(
      new GetAliasCommand({ FunctionName: functionName, Name: alias }),
    );
    if (FunctionVersion === undefined)
      throw new Error(`Lambda did not say which version ${functionName}:${alias} serves`);
    return { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights ?? {} };
  }

  /** The number of the version that gets all invocations; undefined while traffic is split, or if the version has no number. */
  async function servingVersion(functionName: string, alias: string): Promise<number | undefined> {
    const { version, weights } = await routingOf(functionName, alias);
    return Object.values(weights).every((share) => share === 0) && /^\d+$/u.test(version) ? Number(version) : undefined;
  }

  return { routingOf, servingVersion };
}
