import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { CodeDeployClient, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCloud, type Cloud } from '../../src/cloud.ts';

let folder: string;
let cloud: Cloud;
let stop: () => void;
let cloudFormation: CloudFormationClient;
let lambda: LambdaClient;
let codedeploy: CodeDeployClient;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nested-'));
  await cp(join(import.meta.dirname, 'nested'), folder, { recursive: true });
  cloud = await createCloud({ template: join(folder, 'template.yaml'), stackName: 'shop', port: 0 });
  const options = {
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  };
  cloudFormation = new CloudFormationClient(options);
  lambda = new LambdaClient(options);
  codedeploy = new CodeDeployClient(options);
  stop = () => {
    for (const client of [cloudFormation, lambda, codedeploy]) client.destroy();
  };
});
afterEach(async () => {
  stop();
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

async function change(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(folder, file), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(folder, file), text.replace(from, to));
}
const stacks = async (): Promise<Stack[]> => (await cloudFormation.send(new DescribeStacksCommand({}))).Stacks ?? [];
async function greeted(alias = ''): Promise<Record<string, string>> {
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: alias }));
  return JSON.parse(Payload?.transformToString() ?? '') as Record<string, string>;
}

test('a nested application is built from the folder of its own template, and deployed as a stack of its own', async () => {
  const outputs = await cloud.deploy();
  const [shop, counter, ...others] = await stacks();
  expect(others).toEqual([]);
  expect(counter?.StackName).toMatch(/^shop-CounterStack-[0-9A-F]{12}$/);
  expect(counter).toMatchObject({
    StackId: outputs['CounterId'],
    StackStatus: 'CREATE_COMPLETE',
    ParentId: shop?.StackId,
    RootId: shop?.StackId,
    Tags: [{ Key: 'lambda:createdBy', Value: 'SAM' }],
  });
  expect(outputs['GreetAlias']).toMatch(/:function:shop-CounterStack-[0-9A-F]{12}-GreetFunction-[0-9A-F]{12}:live$/);
  expect(await greeted(outputs['GreetAlias'])).toEqual({
    text: 'hello from shop!',
    orders: expect.stringMatching(/^arn:aws:sqs:us-east-1:000000000000:shop-Orders-/),
    stack: counter?.StackName,
    name: 'counter',
  });
  expect(cloud.sources().files).toEqual(
    expect.arrayContaining(['template.yaml', 'stacks/counter.yaml', 'greet/name.ts'].map((file) => join(folder, file))),
  );
  expect(cloud.label(outputs['GreetAlias']?.split(':')[6] ?? '')).toBe('GreetFunction');
});

test('a change of its template, its parameters or its code changes the nested stack, by CodeDeploy where that moves an alias', async () => {
  const { GreetAlias: alias } = await cloud.deploy();
  await cloud.deploy();
  const [, unchanged] = await stacks();
  expect(unchanged?.StackStatus).toBe('CREATE_COMPLETE');

  await cloud.deploy({ Greeting: 'goodbye' });
  // As with SAM, a version is published for new code and for another text in the template, not for another parameter.
  expect(await greeted(alias?.replace(':live', ''))).toMatchObject({ text: 'goodbye from shop?' });
  expect(await greeted(alias)).toMatchObject({ text: 'hello from shop!', name: 'counter' });
  await change('greet/name.ts', 'counter', 'desk');
  await cloud.deploy({ Greeting: 'goodbye' });
  expect(await greeted(alias)).toMatchObject({ text: 'goodbye from shop?', name: 'desk' });
  await change('stacks/counter.yaml', '} from $', '} out of $');
  await cloud.deploy({ Greeting: 'goodbye' });
  expect(await greeted(alias)).toMatchObject({ text: 'goodbye out of shop?' });

  const [shop, counter] = await stacks();
  expect([shop?.StackStatus, counter?.StackStatus]).toEqual(['UPDATE_COMPLETE', 'UPDATE_COMPLETE']);
  const { deployments } = await codedeploy.send(new ListDeploymentsCommand({}));
  expect(deployments).toHaveLength(2);
});

test('with its parameter off, nothing of a nested stack is there; switched off later, all of it goes', async () => {
  // It is not even read.
  await change('stacks/counter.yaml', 'Transform', 'Nonsense');
  expect(await cloud.deploy({ Counter: 'off' })).toEqual({});
  expect(await stacks()).toHaveLength(1);
  expect(cloud.services.lambda.functions.list()).toEqual([]);

  await change('stacks/counter.yaml', 'Nonsense', 'Transform');
  await cloud.deploy({ Counter: 'on' });
  expect(cloud.services.lambda.functions.list()).toHaveLength(1);
  await cloud.deploy({ Counter: 'off' });
  expect((await stacks()).map(({ StackName }) => StackName)).toEqual(['shop']);
  expect(cloud.services.lambda.functions.list()).toEqual([]);
});

test('a mistake in a nested template is found with its file and line before anything is made', async () => {
  const attempt = (): Promise<unknown> => cloud.deploy().catch((error: unknown) => (error as Error).message);
  await change('stacks/counter.yaml', 'Timeout: 10', 'Timeoot: 10');
  expect(await attempt()).toMatch(/stacks\/counter\.yaml:\d+:\d+: .*Timeoot/);
  await change('stacks/counter.yaml', 'Timeoot: 10', 'Timeout: 10');
  await change('stacks/counter.yaml', 'RetentionInDays: 7', 'RetentionInDays: many');
  expect(await attempt()).toMatch(/stacks\/counter\.yaml:\d+:\d+: GreetLogGroup\.Properties\.RetentionInDays/);
  await change('stacks/counter.yaml', 'RetentionInDays: many', 'RetentionInDays: 7');
  await change('template.yaml', 'Outputs.GreetAlias', 'Outputs.GreetAlais');
  expect(await attempt()).toMatch(
    /template\.yaml:\d+:\d+: Template error: the nested stack CounterStack has no Outputs\.GreetAlais; it has Outputs\.GreetAlias\./,
  );
  await change('template.yaml', 'Outputs.GreetAlais', 'Outputs.GreetAlias');
  await change('template.yaml', 'Shop: !Ref', 'Shoq: !Ref');
  expect(await attempt()).toMatch(
    /template\.yaml:\d+:\d+: CounterStack: Parameters: \[Shoq\] do not exist in the template\.\nParameters: \[Shop\] must have values\./,
  );
  expect(await stacks()).toEqual([]);
});
