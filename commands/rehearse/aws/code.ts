import { setTimeout } from 'node:timers/promises';
import {
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { ALIAS } from './stack.ts';

/** Lambda applies changes of a function in the background: on AWS within seconds. */
const PATIENCE_MS = 120_000;

/** The code of $LATEST, as a zip. */
export async function readCode(lambda: LambdaClient, functionName: string): Promise<Uint8Array> {
  const { Code: code } = await lambda.send(new GetFunctionCommand({ FunctionName: functionName }));
  if (code?.Location === undefined) throw new Error(`Lambda returned no location of the code of ${functionName}.`);
  const response = await fetch(code.Location);
  if (!response.ok) throw new Error(`The code of ${functionName} cannot be read: HTTP ${String(response.status)}.`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Resolves once Lambda has applied the code. */
export async function writeCode(lambda: LambdaClient, functionName: string, zip: Uint8Array): Promise<void> {
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: functionName, ZipFile: zip }));
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const now = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    if (now.LastUpdateStatus === 'Successful') return;
    if (now.LastUpdateStatus === 'Failed')
      throw new Error(`Lambda rejected the new code of ${functionName}: ${now.LastUpdateStatusReason ?? ''}`);
    await setTimeout(200);
  }
  throw new Error(`Lambda did not apply the new code of ${functionName} within ${String(PATIENCE_MS / 1000)} s.`);
}

export async function publish(lambda: LambdaClient, functionName: string, description: string): Promise<string> {
  const { Version: version } = await lambda.send(
    new PublishVersionCommand({ FunctionName: functionName, Description: description }),
  );
  if (version === undefined) throw new Error(`Lambda did not return the published version of ${functionName}.`);
  return version;
}

/** The version of an alias; during a release, also the additional versions with their weights. */
export type Serving = { version: string; others: Readonly<Record<string, number>> };

export async function readAlias(lambda: LambdaClient, functionName: string): Promise<Serving> {
  const { FunctionVersion: version = '', RoutingConfig: routing } = await lambda.send(
    new GetAliasCommand({ FunctionName: functionName, Name: ALIAS }),
  );
  return { version, others: routing?.AdditionalVersionWeights ?? {} };
}

/** Sends all traffic to one version immediately. */
export async function moveAlias(lambda: LambdaClient, functionName: string, version: string): Promise<void> {
  await lambda.send(
    new UpdateAliasCommand({
      FunctionName: functionName,
      Name: ALIAS,
      FunctionVersion: version,
      RoutingConfig: { AdditionalVersionWeights: {} },
    }),
  );
}
