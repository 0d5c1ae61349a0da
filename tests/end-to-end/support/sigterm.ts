import { InvokeCommand } from '@aws-sdk/client-lambda';
import { expect } from '@jest/globals';
import { descendants, eventually } from 'local-cloud/testing';
import { endpointOf, isRunning, type Started } from './npm-start.ts';
import { openStage } from './stage.ts';

/** Sends SIGTERM to what was started once a function has run, and expects that all it started ends, and that the port is free. */
export async function expectSigtermEndsAll({ process: child, printed }: Started): Promise<void> {
  const endpoint = await endpointOf(printed);
  const { lambda, physicalId } = await openStage('serverless-thumbnails', endpoint);
  await lambda.send(new InvokeCommand({ FunctionName: await physicalId('ReconcileImagesFunction') }));
  const below = descendants(child.pid ?? 0);
  // The command, the cloud and at least one environment of a function.
  expect(below.length).toBeGreaterThanOrEqual(3);
  child.kill('SIGTERM');
  await eventually('every process to end', () => below.every(({ pid }) => !isRunning(pid)));
  await expect(fetch(endpoint)).rejects.toThrow();
}
