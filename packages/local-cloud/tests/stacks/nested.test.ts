import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { StackDescription } from '../../src/stacks/stack-view.ts';
import { layDownTemplate } from '../../src/template/built-template.ts';
import { createFakeCloud, type FakeCloud } from './fake-cloud.ts';

let folder: string;
let cloud: FakeCloud;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nested-'));
  cloud = createFakeCloud();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A nested stack of these resources, with more properties. */
async function nested(resources: string, properties = '', sections = ''): Promise<string> {
  const text = `${sections}\nResources:\n  ${resources.trim().replaceAll('\n', '\n  ')}`;
  const built = await layDownTemplate({ file: 'inner.yaml', text, artifacts: {} }, join(folder, 'built'));
  return `Inner:
  Type: AWS::CloudFormation::Stack
  Properties: { TemplateURL: ${JSON.stringify(built)}${properties === '' ? '' : `, ${properties}`} }`;
}
const names = ({ things }: FakeCloud = cloud): Record<string, unknown> =>
  Object.fromEntries(
    [...things.values()].map(({ name, properties }) => [name.replace(/-[0-9A-F]{12}/g, ''), properties['Text']]),
  );
const stackOf = (name: RegExp, { stacks }: FakeCloud = cloud): StackDescription | undefined =>
  stacks.view.stacks().find(({ stackName, status }) => name.test(stackName) && status !== 'DELETE_COMPLETE');
const inner = (): StackDescription | undefined => stackOf(/^shop-Inner-/);
const outer = (): StackDescription | undefined => stackOf(/^shop$/);
const statusesOf = (stack: StackDescription | undefined): string[] =>
  cloud.stacks.view
    .events(stack?.stackId ?? '')
    .filter(({ type, logicalId }) => type === 'AWS::CloudFormation::Stack' && logicalId === stack?.stackName)
    .map(({ status }) => status)
    .reverse();
const one = 'A: { Type: Test::Thing, Properties: { Text: one } }';
const two = 'A: { Type: Test::Thing, Properties: { Text: two } }';
const fails = (needs: string): string =>
  `\nFails: { Type: Test::Thing, DependsOn: ${needs}, Properties: { FailsToMake: true } }`;

describe('a nested stack', () => {
  test('gets parameters, gives outputs, and is described with its parent and root', async () => {
    const deepest = await nested('D: { Type: Test::Thing, Properties: { Text: deep } }');
    const sections =
      'Parameters: { Word: { Type: String } }\nOutputs: { Said: { Value: !Sub "${Word}, ${AWS::StackName}" } }';
    const stack = await nested(
      `A: { Type: Test::Thing, Properties: { Text: !Ref Word } }\n${deepest}`,
      'Parameters: { Word: !Ref B }, Tags: [{ Key: of, Value: shop }]',
      sections,
    );
    const outputs = await cloud.deploy(
      `B: { Type: Test::Thing }\n${stack}\nC: { Type: Test::Thing, Properties: { Text: !GetAtt Inner.Outputs.Said } }`,
      { outputs: 'Heard: { Value: !Sub "${Inner.Outputs.Said}!" }' },
    );
    expect(outputs['Heard']).toMatch(/^shop-B-[0-9A-F]{12}, shop-Inner-[0-9A-F]{12}!$/);
    expect(names()).toEqual({
      'shop-B': undefined,
      'shop-Inner-A': expect.stringMatching(/^shop-B-/),
      'shop-Inner-Inner-D': 'deep',
      'shop-C': expect.stringMatching(/^shop-B-.*, shop-Inner-/),
    });
    const root = outer()?.stackId;
    expect(inner()).toMatchObject({ parentId: root, rootId: root, tags: { of: 'shop' }, status: 'CREATE_COMPLETE' });
    expect(stackOf(/^shop-Inner-[0-9A-F]+-Inner-/)).toMatchObject({ parentId: inner()?.stackId, rootId: root });
  });

  test('is left alone where nothing of it changes, and updated where its template does', async () => {
    await cloud.deploy(await nested(one));
    cloud.calls.length = 0;
    await cloud.deploy(await nested(one));
    expect(cloud.calls).toEqual([]);
    await cloud.deploy(await nested(two));
    expect(cloud.calls).toEqual(['update A']);
    expect(names()).toEqual({ 'shop-Inner-A': 'two' });
    expect(statusesOf(inner())).toEqual([
      'CREATE_IN_PROGRESS',
      'CREATE_COMPLETE',
      'UPDATE_IN_PROGRESS',
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_COMPLETE',
    ]);
  });

  test('goes with its parent, or with its resource; what is to be kept stays', async () => {
    const kept = '\nK: { Type: Test::Thing, DeletionPolicy: RetainExceptOnCreate }';
    await cloud.deploy(`B: { Type: Test::Thing }\n${await nested(one + kept)}`);
    await cloud.deploy('B: { Type: Test::Thing }');
    expect(names()).toEqual({ 'shop-B': undefined, 'shop-Inner-K': undefined });
    expect(inner()).toBeUndefined();
    await cloud.deploy(await nested(one));
    await cloud.stacks.remove('shop');
    expect(Object.keys(names())).toEqual(['shop-Inner-K']);
    expect(inner() ?? outer()).toBeUndefined();
  });
});

describe('a nested stack that fails', () => {
  test('when it is created leaves nothing behind, and its parent says which resource of it failed', async () => {
    const attempt = cloud.deploy(`B: { Type: Test::Thing }\n${await nested(one + fails('A'))}`);
    await expect(attempt).rejects.toThrow(
      /Inner \(AWS::CloudFormation::Stack\): Embedded stack arn:aws:cloudformation:us-east-1:000000000000:stack\/shop-Inner-[0-9A-F]{12}\/[0-9a-f-]+ was not successfully created: The following resource\(s\) failed to create: \[Fails\]\. \n {2}Fails \(Test::Thing\): Fails cannot be made\./,
    );
    expect(names()).toEqual({});
    expect(inner()).toBeUndefined();
    expect(outer()?.status).toBe('ROLLBACK_COMPLETE');
    await cloud.deploy(`B: { Type: Test::Thing }\n${await nested(one)}`);
    expect(names()).toEqual({ 'shop-B': undefined, 'shop-Inner-A': 'one' });
  });

  test('when it is updated is rolled back, and so is its parent', async () => {
    const parent = (text: string, stack: string): string =>
      `B: { Type: Test::Thing, Properties: { Text: ${text} } }\n${stack}\n  DependsOn: B`;
    await cloud.deploy(parent('one', await nested(one)));
    const attempt = cloud.deploy(parent('two', await nested(two + fails('A'))));
    await expect(attempt).rejects.toThrow(
      /was not successfully updated\. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: The following resource\(s\) failed to create: \[Fails\]/,
    );
    expect(names()).toEqual({ 'shop-B': 'one', 'shop-Inner-A': 'one' });
    expect([outer()?.status, inner()?.status]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']);
    cloud.calls.length = 0;
    await cloud.deploy(parent('one', await nested(one)));
    expect(cloud.calls).toEqual([]);
  });

  test('and cannot be taken back is set right by the next update', async () => {
    await cloud.deploy(await nested(one));
    const stuck = 'A: { Type: Test::Thing, Properties: { Text: two, Stuck: true } }';
    await expect(cloud.deploy(await nested(stuck + fails('A')))).rejects.toThrow(
      'A could not be put back: A is stuck.',
    );
    expect([outer()?.status, inner()?.status]).toEqual(['UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED']);
    await cloud.deploy(await nested(one));
    expect(names()).toEqual({ 'shop-Inner-A': 'one' });
    expect([outer()?.status, inner()?.status]).toEqual(['UPDATE_COMPLETE', 'UPDATE_COMPLETE']);
  });
});

describe('when its parent fails', () => {
  test('a nested stack that was updated is taken back, what it would have deleted included', async () => {
    await cloud.deploy(await nested(`${one}\nOld: { Type: Test::Thing, Properties: { Text: precious } }`));
    const attempt = cloud.deploy(`${await nested(`${two}\nNew: { Type: Test::Thing }`)}${fails('Inner')}`);
    await expect(attempt).rejects.toThrow('Fails cannot be made.');
    expect(names()).toEqual({ 'shop-Inner-A': 'one', 'shop-Inner-Old': 'precious' });
    expect(cloud.calls).not.toContain('delete Old');
    expect(statusesOf(inner()).slice(2)).toEqual([
      'UPDATE_IN_PROGRESS',
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_ROLLBACK_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE',
    ]);
  });

  test('a nested stack that was created goes, with what would be retained after a creation that succeeds', async () => {
    const kept = 'K: { Type: Test::Thing, DeletionPolicy: RetainExceptOnCreate }';
    await expect(cloud.deploy((await nested(kept)) + fails('Inner'))).rejects.toThrow('Fails cannot be made.');
    expect(names()).toEqual({});
    expect(inner()).toBeUndefined();
  });

  test('a nested stack in the middle of its creation is cancelled', async () => {
    const waits = 'W: { Type: Test::Thing, Properties: { WaitsForTheEnd: true } }';
    const later =
      '\nB: { Type: Test::Thing }\nFails: { Type: Test::Thing, DependsOn: B, Properties: { FailsToMake: true } }';
    await expect(cloud.deploy((await nested(`${one}\n${waits}`)) + later)).rejects.toThrow('Fails cannot be made.');
    expect(names()).toEqual({});
    expect(inner()).toBeUndefined();
  });
});

test('what a nested stack replaced is deleted only once its parent is done', async () => {
  const kind = (name: string): string => `A: { Type: Test::Thing, Properties: { Kind: ${name} } }`;
  await cloud.deploy(await nested(kind('a')));
  cloud.calls.length = 0;
  await cloud.deploy(`${await nested(kind('b'))}\nB: { Type: Test::Thing, DependsOn: Inner }`);
  expect(cloud.calls).toEqual(['create A', 'create B', 'delete A']);
});

test('a cloud that stops in the middle of a creation goes on with the same nested stack at its next start', async () => {
  const stateFolder = join(folder, 'state');
  const stopping = new AbortController();
  const first = createFakeCloud(stateFolder, new Map(), stopping.signal);
  const waits = 'W: { Type: Test::Thing, Properties: { WaitsForTheEnd: true } }';
  const attempt = first.deploy(
    (await nested(`${one}\n${waits}`)) + fails('Missing').replace('DependsOn: Missing, ', ''),
  );
  // Its parent fails while the cloud stops: neither counts, and nothing is taken back.
  stopping.abort();
  await expect(attempt).rejects.toThrow('The local cloud was stopped while the stack shop was being deployed.');
  const second = createFakeCloud(stateFolder, first.things);
  await second.deploy(await nested(one));
  const all = second.stacks.view.stacks().filter(({ stackName }) => stackName.startsWith('shop-Inner'));
  expect(all.map(({ status }) => status)).toEqual(['CREATE_COMPLETE']);
  expect(Object.keys(names(second))).toEqual(['shop-Inner-A']);
});

describe('before anything is touched', () => {
  test('mistakes in a nested template are found, those that depend on the parent too', async () => {
    await cloud.deploy('B: { Type: Test::Thing }');
    cloud.calls.length = 0;
    const refused = async (stack: Promise<string>): Promise<string> =>
      cloud.deploy(`B: { Type: Test::Thing }\n${await stack}`).then(
        () => '',
        (error: unknown) => (error as Error).message,
      );
    expect(await refused(nested('A: { Type: Test::Nothing }'))).toMatch(
      /^inner\.yaml:3:8: A: the local cloud does not implement Test::Nothing\.$/,
    );
    expect(await refused(nested('A: { Type: Test::Thing, Properties: { Size: many } }'))).toContain(
      '#/Size: expected type: Number, found: String',
    );
    expect(await refused(nested('A: { Type: Test::Thing, Properties: { Text: !Ref B } }'))).toContain(
      'Unresolved resource dependencies [B]',
    );
    const sections = 'Parameters: { Kind: { Type: String, AllowedValues: [a, b] } }';
    expect(await refused(nested(one, 'Parameters: { Kind: c }', sections))).toContain('be one of AllowedValues (a, b)');
    // What is known only later is checked later.
    expect(await refused(nested(one, 'Parameters: { Kind: !Ref B }', sections))).toContain('be one of AllowedValues');
    expect(cloud.calls).toEqual([]);
    expect(inner()).toBeUndefined();
  });
});
