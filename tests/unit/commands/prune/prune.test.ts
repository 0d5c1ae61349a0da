import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeDeployClient, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { ListLayerVersionsCommand, ListVersionsByFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { describePruned, prune } from '../../../../commands/prune/prune.ts';
import { eventually } from 'local-cloud/testing';
import { createCloud, type Cloud } from 'local-cloud';

const folder = mkdtempSync(join(tmpdir(), 'prune-'));
let cloud: Cloud;
let started: string[];
let client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

/** A function that is released through CodeDeploy, another that is not, and a layer that only the first one uses. */
function write(release: number, type = 'AllAtOnce'): void {
  mkdirSync(join(folder, 'layer'), { recursive: true });
  writeFileSync(join(folder, 'layer', 'release.txt'), String(release));
  writeFileSync(
    join(folder, 'template.yaml'),
    `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Handler: index.handler
    Runtime: nodejs24.x
    AutoPublishAlias: live
    Environment: { Variables: { RELEASE: 'r${String(release)}' } }
    AutoPublishAliasAllProperties: true
Resources:
  Layer:
    Type: AWS::Serverless::LayerVersion
    Properties: { LayerName: pictures, ContentUri: layer, CompatibleRuntimes: [nodejs24.x], PublishLambdaVersion: true }
  Gradual:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: gradual
      InlineCode: 'exports.handler = async () => 1'
      Layers: [!Ref Layer]
      DeploymentPreference: { Type: ${type} }
  Plain:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: plain, InlineCode: 'exports.handler = async () => 1' }
`,
  );
}

beforeEach(async () => {
  started = [];
  write(1);
  cloud = await createCloud({
    template: join(folder, 'template.yaml'),
    stackName: 'shop',
    port: 0,
    clockFactor: 600,
    seed: 3,
    observe: (event) => {
      if (event.type === 'deployment-changed' && event.status === 'started') started.push(event.deploymentId);
    },
  });
  client = {
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  };
});
afterEach(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function left(): Promise<{ gradual: string[]; plain: string[]; layer: number[] }> {
  const lambda = new LambdaClient(client);
  const versions = async (FunctionName: string): Promise<string[]> => {
    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    return Versions.flatMap(({ Version }) => Version ?? []);
  };
  const { LayerVersions = [] } = await lambda.send(new ListLayerVersionsCommand({ LayerName: 'pictures' }));
  const layer = LayerVersions.flatMap(({ Version }) => Version ?? []).sort();
  const found = { gradual: await versions('gradual'), plain: await versions('plain'), layer };
  lambda.destroy();
  return found;
}

test('deletes what nothing needs of a stack whose versions and layers were retained, and it can be deployed again', async () => {
  for (const release of [1, 2, 3, 4]) {
    write(release);
    await cloud.deploy();
  }
  const all = ['$LATEST', '1', '2', '3', '4'];
  expect(await left()).toEqual({ gradual: all, plain: all, layer: [1, 2, 3, 4] });

  const planned = await prune(client, 'shop', { dryRun: true });
  expect(await left()).toEqual({ gradual: all, plain: all, layer: [1, 2, 3, 4] });
  const done = await prune(client, 'shop');
  expect(done).toEqual(planned);
  const kept = ['$LATEST', '3', '4'];
  expect(await left()).toEqual({ gradual: kept, plain: kept, layer: [3, 4] });
  expect(describePruned(done)).toMatch(/^gradual +deleted 1, 2; kept 3, 4$/m);
  expect(describePruned(done)).toMatch(/^pictures +deleted 1, 2; kept 3, 4$/m);
  expect(describePruned(await prune(client, 'shop'))).toBe('No version of a function or layer is superfluous.');

  write(5);
  await cloud.deploy();
  expect(await left()).toEqual({ gradual: [...kept, '5'], plain: [...kept, '5'], layer: [3, 4, 5] });
});

test('deletes nothing while a deployment is in progress, and then keeps what served before, though another version lies between', async () => {
  for (const release of [1, 2]) {
    write(release);
    await cloud.deploy();
  }
  // Version 3 was published by hand and never served: the number before the serving one is not what served before.
  cloud.services.lambda.replaceCode('gradual', cloud.services.lambda.functions.record('gradual').latest);
  cloud.services.lambda.functions.publish('gradual');
  write(4);
  await cloud.deploy();
  started = [];
  write(5, 'Canary10Percent30Minutes');
  const failing = cloud.deploy().catch((error: unknown) => (error as Error).name);
  const deploymentId = await eventually('the deployment has started', () => started[0]);
  await expect(prune(client, 'shop')).rejects.toThrow(`Deployment ${deploymentId} is in progress`);
  const codeDeploy = new CodeDeployClient(client);
  await codeDeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
  codeDeploy.destroy();
  expect(await failing).toBe('DeploymentError');

  await prune(client, 'shop');
  // 4, which the failed update had made, went with its rollback; 2 is what served before 3.
  expect((await left()).gradual).toEqual(['$LATEST', '2', '3']);
});
