import { expect, test } from '@jest/globals';
import { afterFailure, afterSuccess } from '../../../../commands/deploy/afterwards.ts';
import { connect } from '../../../../commands/deploy/deployed-stack.ts';
import { smallAws, type SmallStack } from './small-aws.ts';

const table = ['ImagesTable', 'AWS::DynamoDB::Table', 'images-1'] as const;
const deployed: SmallStack = { status: 'UPDATE_COMPLETE', resources: [table] };

/** Runs one of them over a stack; gives what it said, and the tables that were protected. */
async function after<T>(
  stack: SmallStack | undefined,
  act: (given: Parameters<typeof afterSuccess>[0]) => Promise<T>,
  stage = 'prod',
): Promise<{ said: T; protectedTables: string[] }> {
  const { endpoint, protectedTables, end } = await smallAws(() => stack);
  const client = { endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const aws = connect(client);
  try {
    return { said: await act({ aws, client, stackName: `app-${stage}`, stage }), protectedTables };
  } finally {
    for (const one of Object.values(aws)) one.destroy();
    await end();
  }
}

test('the table of prod is protected once, and that of dev is not', async () => {
  const twice = await after(deployed, async (given) => [
    ...(await afterSuccess(given, { prunes: false })),
    ...(await afterSuccess(given, { prunes: false })),
  ]);
  expect(twice.protectedTables).toEqual(['images-1']);
  expect(twice.said).toEqual([expect.stringContaining('update-table --table-name images-1 --no-deletion-protection')]);
  const dev = await after(deployed, (given) => afterSuccess(given, { prunes: true }), 'dev');
  expect(dev).toEqual({ said: ['No version of a function or layer is superfluous.'], protectedTables: [] });
});

test('a failure to prune is told, and how to try again; the release is complete', async () => {
  const { said } = await after({ ...deployed, resources: [['F', 'AWS::Lambda::Function', 'f']] }, (given) =>
    afterSuccess(given, { prunes: true }),
  );
  expect(said).toEqual([expect.stringMatching(/^The release is complete, but .*npm run prune -- --stage prod/s)]);
});

test('nothing is done where the changes were declined, and there is no stack', async () => {
  const { said } = await after(undefined, (given) => afterSuccess(given, { prunes: true }));
  expect(said).toEqual([]);
});

test.each<[string, SmallStack | undefined, boolean, RegExp]>([
  ['ROLLBACK_COMPLETE', { status: 'ROLLBACK_COMPLETE' }, true, /removed everything that it had created.*delete-stack/],
  [
    'ROLLBACK_FAILED',
    { status: 'ROLLBACK_FAILED' },
    true,
    /^The stack app-prod is in ROLLBACK_FAILED\. .*delete-stack/,
  ],
  ['UPDATE_ROLLBACK_FAILED', { status: 'UPDATE_ROLLBACK_FAILED' }, false, /continue the rollback/],
  ['UPDATE_ROLLBACK_COMPLETE', { status: 'UPDATE_ROLLBACK_COMPLETE' }, false, /^$/],
  ['no stack', undefined, true, /^$/],
])('after a failure that left %s, says what to do, if anything', async (_, stack, wasFirst, said) => {
  expect((await after(stack, (given) => afterFailure(given, { wasFirst }))).said).toMatch(said);
});
