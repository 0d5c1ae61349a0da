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

/** Changes of a function are taken over in the background: on AWS within seconds. */
const PATIENCE_MS = 120_000;

/** The zip that a function's next version would be published from. */
export async function readCode(lambda: LambdaClient, functionName: string): Promise<Uint8Array> {
  const { Code: code } = await lambda.send(new GetFunctionCommand({ FunctionName: functionName }));
  if (code?.Location === undefined) throw new Error(`Lambda does not say where the code of ${functionName} is.`);
  const response = await fetch(code.Location);
  if (!response.ok) throw new Error(`The code of ${functionName} cannot be read: HTTP ${String(response.status)}.`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Returns once Lambda works with it. */
export async function writeCode(lambda: LambdaClient, functionName: string, zip: Uint8Array): Promise<void> {
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: functionName, ZipFile: zip }));
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const now = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    if (now.LastUpdateStatus === 'Successful') return;
    if (now.LastUpdateStatus === 'Failed')
      throw new Error(`Lambda does not take the new code of ${functionName}: ${now.LastUpdateStatusReason ?? ''}`);
    await setTimeout(200);
  }
  throw new Error(`Lambda has not taken over the new code of ${functionName} within ${String(PATIENCE_MS / 1000)} s.`);
}

export async function publish(lambda: LambdaClient, functionName: string, description: string): Promise<string> {
  const { Version: version } = await lambda.send(
    new PublishVersionCommand({ FunctionName: functionName, Description: description }),
  );
  if (version === undefined) throw new Error(`Lambda does not say which version of ${functionName} it has published.`);
  return version;
}

/** Which version an alias invokes; during a release also the one that takes over, with its share. */
export type Serving = { version: string; others: Readonly<Record<string, number>> };

export async function readAlias(lambda: LambdaClient, functionName: string): Promise<Serving> {
  const { FunctionVersion: version = '', RoutingConfig: routing } = await lambda.send(
    new GetAliasCommand({ FunctionName: functionName, Name: ALIAS }),
  );
  return { version, others: routing?.AdditionalVersionWeights ?? {} };
}

/** All traffic to one version, at once. */
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
