import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { aliasesInPlace } from '../../commands/deploy/checks/aliases-in-place.ts';
import { runChecks } from '../../commands/deploy/checks.ts';
import { readStack } from '../../commands/deploy/deployed-stack.ts';
import { stageUnderTest } from './support/stage.ts';

const { E2E_STAGE: stage, E2E_ENDPOINT: endpoint } = process.env;
const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

test('npm run deploy finds every alias of a stack in its place, and would find those that are elsewhere', async () => {
  const { lambda } = await stageUnderTest();
  const config = endpoint === undefined ? {} : { ...local, endpoint };
  const aws = {
    lambda,
    cloudFormation: new CloudFormationClient(config),
    codeDeploy: new CodeDeployClient(config),
    dynamoDb: new DynamoDBClient(config),
  };
  const name = `serverless-thumbnails${stage === undefined ? '' : `-${stage}`}`;
  const stack = await readStack(aws, name);
  if (stack === undefined) throw new Error(`There is no stack ${name}.`);
  const deployment = { stage: stage ?? 'dev', parameters: {}, stack, aws };
  await runChecks(deployment);

  // As if the stack had given its aliases other versions: nobody moves those that other tests use.
  const resources = stack.resources.map((one) =>
    one.type === 'AWS::Lambda::Version' ? { ...one, physicalId: one.physicalId.replace(/\d+$/u, '999') } : one,
  );
  const problems = await aliasesInPlace({ ...deployment, stack: { ...stack, resources } });
  expect(problems.length).toBeGreaterThanOrEqual(2);
  for (const problem of problems)
    expect(problem).toMatch(/^The alias live of \S+ has version \d+; .*gave it version 999/);
  for (const client of [aws.cloudFormation, aws.codeDeploy, aws.dynamoDb]) client.destroy();
});
