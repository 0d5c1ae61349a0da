import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { statementsOf } from './policies.ts';
import { ofType, readTemplate, repository } from './template.ts';

const template = readTemplate();

/** What is in a bundle because a store offers it, and what nothing there asks of the store. */
const unsent: Readonly<Record<string, readonly string[]>> = {
  ReconcileImagesFunction: ['dynamodb:Query', 's3:PutObject'],
  VerifyBeforeTrafficFunction: ['codedeploy:GetDeploymentGroup', 'dynamodb:BatchGetItem', 'dynamodb:Scan'],
  VerifyAfterTrafficFunction: ['dynamodb:UpdateItem'],
  RepairAfterRollbackFunction: [
    'codedeploy:GetDeploymentGroup',
    'codedeploy:PutLifecycleEventHookExecutionStatus',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
  ],
};

/** Where IAM's action is not called as the operation is. */
const actions: Readonly<Record<string, string>> = {
  's3:HeadObject': 's3:GetObject',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:ListObjectsV2': 's3:ListBucket',
  'lambda:Invoke': 'lambda:InvokeFunction',
};

/** What Lambda itself does as the function's role: it logs and traces, sets failed events aside, and takes from a queue. */
const byLambda = /^(logs|xray):|^sqs:SendMessage$/;
const byItsPoller = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

// The local cloud asks for no permission, so a call without one would first fail on AWS.
test.each(ofType(template, 'AWS::Serverless::Function'))(
  'the role of %s allows the calls that its code makes, and no others',
  async (id, { Properties }) => {
    const polled = Object.values(Properties.Events ?? {}).some(({ Type }) => Type === 'SQS');
    const allowed = statementsOf(template, Properties.Role?.['Fn::GetAtt'][0] ?? '')
      .flatMap(({ Action }) => Action)
      .filter((action) => !byLambda.test(action) && !(polled && byItsPoller.includes(action)));
    const called = await calls(Properties.CodeUri ?? '');
    // Who may not list a bucket is refused what is absent there.
    if (called.has('s3:GetObject')) called.add('s3:ListBucket');
    expect([...new Set([...allowed, ...(unsent[id] ?? [])])].toSorted()).toEqual([...called].toSorted());
    expect(allowed.filter((action) => unsent[id]?.includes(action))).toEqual([]);
  },
);

/** What the code of a function asks of AWS's SDK, as IAM's actions. */
async function calls(codeUri: string): Promise<Set<string>> {
  const { outputFiles } = await build({
    entryPoints: [join(repository, codeUri, 'handler.ts')],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    loader: Object.fromEntries(
      ['avif', 'gif', 'heic', 'jpg', 'png', 'webp'].map((name) => [`.${name}`, 'empty'] as const),
    ),
    write: false,
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.text ?? '';
  const imports = code.matchAll(/^import \{([^}]*)\} from "@aws-sdk\/client-([a-z0-9]+)";$/gm);
  return new Set(
    [...imports].flatMap(([, names = '', service = '']) =>
      [...names.matchAll(/\b(\w+)Command\b/g)].map(([, operation = '']) => {
        const action = `${service}:${operation}`;
        return actions[action] ?? action;
      }),
    ),
  );
}
