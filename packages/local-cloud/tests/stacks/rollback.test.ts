import { describe, expect, test } from '@jest/globals';
import type { StackDescription } from '../../src/stacks/stack-view.ts';
import { createFakeCloud, type FakeCloud } from './fake-cloud.ts';

const start = `
A: { Type: Test::Thing, Properties: { Text: one } }
B: { Type: Test::Thing, Properties: { Text: !Ref A } }`;
const failing = '\nFails: { Type: Test::Thing, DependsOn: [A, B], Properties: { FailsToMake: true } }';

const stack = ({ stacks }: FakeCloud): StackDescription | undefined => stacks.view.stacks()[0];
const texts = ({ things }: FakeCloud): Record<string, unknown> =>
  Object.fromEntries(
    [...things.values()].map(({ name, properties }) => [name.split('-')[1] ?? '', properties['Text']]),
  );

/** Since the last operation began, the oldest first: `A UPDATE_COMPLETE`. */
function history(cloud: FakeCloud): string[] {
  const newestFirst = cloud.stacks.view.events(stack(cloud)?.stackId ?? '');
  const began = newestFirst.findIndex(({ statusReason }) => statusReason === 'User Initiated');
  return newestFirst
    .slice(0, began + 1)
    .reverse()
    .map(({ logicalId, status }) => `${logicalId} ${status}`);
}

describe('an update that fails', () => {
  test('is told event by event: what was changed is put back, then what was made is deleted', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(start);
    const update = cloud.deploy(
      `${start.replace('one', 'two')}\nNew: { Type: Test::Thing, DependsOn: A }${failing.replace('[A, B]', 'New')}`,
    );
    await expect(update).rejects.toThrow('Fails cannot be made.');
    expect(history(cloud)).toEqual([
      'shop UPDATE_IN_PROGRESS',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'New CREATE_IN_PROGRESS',
      'New CREATE_COMPLETE',
      'Fails CREATE_IN_PROGRESS',
      'Fails CREATE_FAILED',
      'shop UPDATE_ROLLBACK_IN_PROGRESS',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'New DELETE_IN_PROGRESS',
      'New DELETE_COMPLETE',
      'shop UPDATE_ROLLBACK_COMPLETE',
    ]);
    const events = cloud.stacks.view.events(stack(cloud)?.stackId ?? '');
    expect(events.find(({ status }) => status === 'UPDATE_ROLLBACK_IN_PROGRESS')?.statusReason).toBe(
      'The following resource(s) failed to create: [Fails]. ',
    );
    expect(events.find(({ status }) => status === 'CREATE_FAILED')?.statusReason).toBe('Fails cannot be made.');
  });

  test('puts back the very resource that failed, since half of it may be done', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(start);
    const update = cloud.deploy(start.replace('Text: one', 'Text: half, FailsToChange: true'));
    await expect(update).rejects.toThrow('A (Test::Thing): A cannot be changed.');
    expect(texts(cloud)).toMatchObject({ A: 'one' });
    expect(stack(cloud)?.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('keeps the outputs and parameters of before', async () => {
    const cloud = createFakeCloud();
    const sections = 'Parameters: { Word: { Type: String } }';
    const outputs = 'Said: { Value: !Ref Word }';
    await cloud.deploy(start, { sections, outputs, parameters: { Word: 'hello' } });
    const update = cloud.deploy(start + failing, { sections, outputs, parameters: { Word: 'goodbye' } });
    await expect(update).rejects.toThrow();
    expect(stack(cloud)).toMatchObject({ parameters: { Word: 'hello' }, outputs: [{ key: 'Said', value: 'hello' }] });
  });

  test('deletes what it made even where that is to be retained, when asked to: nothing is in the way of the next try', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(start);
    const kept = `${start}\nKept: { Type: Test::Thing, DeletionPolicy: Retain }`;
    const update = cloud.deploy(kept + failing.replace('[A, B]', 'Kept'), { retainExceptOnCreate: true });
    await expect(update).rejects.toThrow('Fails cannot be made.');
    expect(Object.keys(texts(cloud)).sort()).toEqual(['A', 'B']);
  });

  test('and cannot be taken back says so, and the next update sets right what is in no known state', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(start);
    const update = cloud.deploy(start.replace('Text: one', 'Text: two, Stuck: true') + failing);
    await expect(update).rejects.toThrow('A could not be put back: A is stuck.');
    expect(stack(cloud)?.status).toBe('UPDATE_ROLLBACK_FAILED');
    expect(texts(cloud)).toMatchObject({ A: 'two' });
    await cloud.deploy(start);
    expect(texts(cloud)).toMatchObject({ A: 'one' });
    expect(stack(cloud)?.status).toBe('UPDATE_COMPLETE');
  });

  test('deletes nothing that it made while something cannot be taken back: that may use it', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(start);
    const made = '\nC: { Type: Test::Thing, Properties: { Text: new } }';
    const stuck = start.replace('Text: one', 'Text: two, Stuck: true');
    await expect(cloud.deploy(stuck + made + failing.replace('[A, B]', '[A, C]'))).rejects.toThrow('A is stuck.');
    expect(texts(cloud)).toMatchObject({ A: 'two', C: 'new' });
    await expect(cloud.stacks.continueRollback('shop')).rejects.toThrow('A could not be put back: A is stuck.');
    expect([stack(cloud)?.status, texts(cloud)]).toMatchObject(['UPDATE_ROLLBACK_FAILED', { C: 'new' }]);
    await cloud.stacks.continueRollback('shop', ['A']);
    expect(stack(cloud)?.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(Object.keys(texts(cloud)).sort()).toEqual(['A', 'B']);
    expect(history(cloud).slice(-2)).toEqual(['C DELETE_COMPLETE', 'shop UPDATE_ROLLBACK_COMPLETE']);
    // Skipped, it counts as what it was before, though it is not.
    expect(texts(cloud)).toMatchObject({ A: 'two' });
  });

  test('an update after a rollback that failed deletes first what the failed one had made', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(start);
    const made = '\nC: { Type: Test::Thing, Properties: { Name: mine } }';
    const stuck = start.replace('Text: one', 'Text: two, Stuck: true');
    await expect(cloud.deploy(stuck + made + failing.replace('[A, B]', '[A, C]'))).rejects.toThrow('A is stuck.');
    await cloud.deploy(start + made);
    expect([...cloud.things.keys()]).toContain('mine');
    expect(stack(cloud)?.status).toBe('UPDATE_COMPLETE');
  });

  test('for an output that cannot be told takes back all that was done, vanished resources included', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(start);
    const update = cloud.deploy('A: { Type: Test::Thing, Properties: { Text: two } }', {
      outputs: 'Wrong: { Value: !GetAtt A.Colour }',
    });
    await expect(update).rejects.toThrow('resource A does not support attribute type Colour');
    expect(texts(cloud)).toEqual({ A: 'one', B: expect.stringMatching(/^shop-A-/) });
    expect(stack(cloud)?.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

test('what is named by hand cannot be replaced, only renamed', async () => {
  const cloud = createFakeCloud();
  const thing = (name: string, kind: string): string =>
    `A: { Type: Test::Thing, Properties: { Name: ${name}, Kind: ${kind} } }`;
  await cloud.deploy(thing('mine', 'a'));
  await expect(cloud.deploy(thing('mine', 'b'))).rejects.toThrow(
    'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename mine and update the stack again.',
  );
  expect([...cloud.things.values()]).toEqual([{ name: 'mine', properties: { Name: 'mine', Kind: 'a' } }]);
  await cloud.deploy(thing('ours', 'b'));
  expect([...cloud.things.keys()]).toEqual(['ours']);
});

test('what was kept when it left the stack is not in the way of another of the same logical id', async () => {
  const cloud = createFakeCloud();
  const kept = 'B: { Type: Test::Thing, DeletionPolicy: RetainExceptOnCreate }';
  await cloud.deploy(`A: { Type: Test::Thing }\n${kept}`);
  await cloud.deploy('A: { Type: Test::Thing }');
  expect(history(cloud)).toContain('B DELETE_SKIPPED');
  await cloud.deploy(`A: { Type: Test::Thing }\n${kept}`);
  expect([...cloud.things.keys()].filter((name) => name.startsWith('shop-B-'))).toHaveLength(2);
});

describe('deleting a stack', () => {
  test('deletes each resource before what it needs, and keeps what is to be kept', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(`${start}\nC: { Type: Test::Thing, DeletionPolicy: RetainExceptOnCreate, DependsOn: A }`);
    const { stackId = '' } = stack(cloud) ?? {};
    cloud.calls.length = 0;
    await cloud.stacks.remove('shop');
    expect(cloud.calls).toEqual(['delete B', 'delete A']);
    expect(Object.keys(texts(cloud))).toEqual(['C']);
    expect(stack(cloud)).toMatchObject({ stackId, status: 'DELETE_COMPLETE', deletedAt: expect.any(Date) });
    expect(history(cloud)).toContain('C DELETE_SKIPPED');
    await cloud.deploy(start);
    expect(stack(cloud)?.status).toBe('CREATE_COMPLETE');
    expect(stack(cloud)?.stackId).not.toBe(stackId);
  });

  test('that fails keeps what is left, and can be tried again', async () => {
    const cloud = createFakeCloud();
    const full = `${start}\nFull: { Type: Test::Thing, DependsOn: A, Properties: { FailsToDelete: true } }`;
    await cloud.deploy(full);
    await expect(cloud.stacks.remove('shop')).rejects.toThrow(
      'The stack shop could not be deleted. The following resource(s) failed to delete: [Full]. \nFull: Full cannot be deleted.',
    );
    expect(stack(cloud)).toMatchObject({
      status: 'DELETE_FAILED',
      statusReason: 'The following resource(s) failed to delete: [Full]. ',
    });
    const { stackId = '' } = stack(cloud) ?? {};
    expect(cloud.stacks.view.resources(stackId).map(({ logicalId, status }) => `${logicalId} ${status}`)).toEqual([
      'A CREATE_COMPLETE',
      'Full DELETE_FAILED',
    ]);
    await cloud.deploy(full.replace('FailsToDelete: true', 'FailsToDelete: false'));
    await cloud.stacks.remove('shop');
    expect(texts(cloud)).toEqual({});
  });

  test('of which there is none is done at once', async () => {
    await createFakeCloud().stacks.remove('shop');
  });
});

test('operations on a stack wait for one another', async () => {
  const cloud = createFakeCloud();
  await Promise.all([cloud.deploy(start), cloud.stacks.remove('shop'), cloud.deploy('A: { Type: Test::Thing }')]);
  expect(Object.keys(texts(cloud))).toEqual(['A']);
});
