import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { statementsOf } from './policies.ts';
import { ensurePage } from '../support/page-json.ts';
import { gallery, ofType, readTemplate, repository, root } from './template.ts';

const functions = [root, gallery].flatMap((file) => {
  const template = readTemplate({}, file);
  return ofType(template, 'AWS::Serverless::Function').map(([id, { Properties }]) => ({ id, Properties, template }));
});

beforeAll(ensurePage);

/** What is in a bundle because a store offers it, and what nothing there asks of the store. */
const unsent: Readonly<Record<string, readonly string[]>> = {
  ReconcileImagesFunction: ['s3:PutObject'],
  VerifyBeforeTrafficFunction: ['codedeploy:GetDeploymentGroup', 'dynamodb:Scan', 'dynamodb:UpdateItem'],
  VerifyAfterTrafficFunction: ['dynamodb:UpdateItem'],
  RepairAfterRollbackFunction: [
    'codedeploy:GetDeploymentGroup',
    'codedeploy:PutLifecycleEventHookExecutionStatus',
    'dynamodb:Query',
  ],
  DeleteImageFunction: ['s3:PutObject'],
  // Of deployments, it asks only what is deployed.
  VerifyGalleryFunction: ['codedeploy:GetDeploymentGroup'],
};

/** What a function does not send, but signs for others to send: the signer must be allowed what a presigned URL or form does. */
const signed: Readonly<Record<string, readonly string[]>> = {
  CreateUploadFunction: ['s3:PutObject'],
  ListImagesFunction: ['s3:GetObject'],
  GetImageFunction: ['s3:GetObject'],
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
test.each(functions)(
  'the role of $id allows the calls that its code makes, and no others',
  async ({ id, Properties, template }) => {
    const polled = Object.values(Properties.Events ?? {}).some(({ Type }) => Type === 'SQS');
    const allowed = statementsOf(template, Properties.Role?.['Fn::GetAtt'][0] ?? '')
      .flatMap(({ Action }) => Action)
      .filter((action) => !byLambda.test(action) && !(polled && byItsPoller.includes(action)));
    const called = await calls(Properties.CodeUri?.replace(/^\.\.\//, '') ?? '');
    for (const action of signed[id] ?? []) called.add(action);
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
    loader: Object.fromEntries(['avif', 'gif', 'jpg', 'png', 'webp'].map((name) => [`.${name}`, 'empty'] as const)),
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
