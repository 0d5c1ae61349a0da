import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createFakeCloud, type FakeCloud } from './fake-cloud.ts';

const names = ({ things }: FakeCloud): string[] => [...things.keys()].map((name) => name.split('-')[1] ?? name).sort();
const texts = ({ things }: FakeCloud): unknown[] => [...things.values()].map(({ properties }) => properties['Text']);
const status = ({ stacks }: FakeCloud): string | undefined => stacks.view.stacks()[0]?.status;

describe('creation', () => {
  test('makes each resource after those that it needs, and tells the outputs', async () => {
    const cloud = createFakeCloud();
    const outputs = await cloud.deploy(
      `
A: { Type: Test::Thing, Properties: { Text: !GetAtt B.Arn } }
B: { Type: Test::Thing, Properties: { Text: !Sub '\${C}!' } }
C: { Type: Test::Thing }`,
      { outputs: 'Address: { Value: !Ref A, Description: where }' },
    );
    expect(cloud.calls).toEqual(['create C', 'create B', 'create A']);
    expect(outputs['Address']).toMatch(/^shop-A-[0-9A-F]{12}$/);
    expect(cloud.stacks.view.stacks()).toMatchObject([
      { stackName: 'shop', status: 'CREATE_COMPLETE', outputs: [{ key: 'Address', description: 'where' }] },
    ]);
    const { stackId } = cloud.stacks.view.stacks()[0] ?? { stackId: '' };
    expect(cloud.stacks.view.resources(stackId).map(({ logicalId, status: one }) => `${logicalId} ${one}`)).toEqual([
      'C CREATE_COMPLETE',
      'B CREATE_COMPLETE',
      'A CREATE_COMPLETE',
    ]);
  });

  test('makes what is free of one another at once', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy('A: { Type: Test::Thing }\nB: { Type: Test::Thing }\nC: { Type: Test::Thing }');
    expect(cloud.mostAtOnce()).toBe(3);
  });

  test('gives the same names for the same seed, in whatever order things are made', async () => {
    const [first, second] = [createFakeCloud(), createFakeCloud()];
    await first.deploy('A: { Type: Test::Thing }\nB: { Type: Test::Thing }');
    await second.deploy('B: { Type: Test::Thing }\nA: { Type: Test::Thing, DependsOn: B }');
    expect([...first.things.keys()].sort()).toEqual([...second.things.keys()].sort());
  });

  test('that fails leaves nothing behind, and says what failed', async () => {
    const cloud = createFakeCloud();
    const failing = cloud.deploy(`
A: { Type: Test::Thing }
B: { Type: Test::Thing, Properties: { Text: !Ref A, FailsToMake: true } }
C: { Type: Test::Thing, Properties: { Text: !Ref B } }`);
    await expect(failing).rejects.toThrow(
      'The stack shop could not be deployed, and was rolled back:\nB (Test::Thing): B cannot be made.',
    );
    expect(names(cloud)).toEqual([]);
    expect(cloud.calls).toEqual(['create A', 'create B', 'delete A']);
    expect(status(cloud)).toBe('ROLLBACK_COMPLETE');
    await cloud.deploy('A: { Type: Test::Thing }');
    expect(status(cloud)).toBe('CREATE_COMPLETE');
  });

  test('that fails keeps what its DeletionPolicy retains, and says so; RetainExceptOnCreate goes', async () => {
    const cloud = createFakeCloud();
    const failing = cloud.deploy(`
A: { Type: Test::Thing, DeletionPolicy: Retain }
B: { Type: Test::Thing, DeletionPolicy: RetainExceptOnCreate }
C: { Type: Test::Thing, DependsOn: [A, B], Properties: { FailsToMake: true } }`);
    await expect(failing).rejects.toThrow(/A \(shop-A-.*\) is kept, since its DeletionPolicy is Retain/);
    expect(names(cloud)).toEqual(['A']);
  });
});

describe('an update', () => {
  const start = `
A: { Type: Test::Thing, Properties: { Text: one } }
B: { Type: Test::Thing, Properties: { Text: !Ref A } }
C: { Type: Test::Thing }`;

  test('that changes nothing does nothing', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(start);
    cloud.calls.length = 0;
    await cloud.deploy(start);
    expect(cloud.calls).toEqual([]);
    expect(status(cloud)).toBe('CREATE_COMPLETE');
  });

  test('changes only what changed', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(start);
    cloud.calls.length = 0;
    await cloud.deploy(start.replace('one', 'two'));
    expect(cloud.calls).toEqual(['update A']);
    expect(texts(cloud)).toContain('two');
  });

  test('replaces what cannot be changed: the new one first, then those that mention it, then the old one goes', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(start);
    const before = [...cloud.things.keys()].find((name) => name.startsWith('shop-A'));
    cloud.calls.length = 0;
    await cloud.deploy(start.replace('Text: one', 'Text: one, Kind: other'));
    const after = [...cloud.things.keys()].find((name) => name.startsWith('shop-A'));
    expect(cloud.calls).toEqual(['create A', 'update B', 'delete A']);
    expect(after).not.toBe(before);
    expect(texts(cloud)).toContain(after);
  });

  test('keeps what it replaces where UpdateReplacePolicy says so', async () => {
    const cloud = createFakeCloud();
    const kept = (kind: string): string =>
      `A: { Type: Test::Thing, UpdateReplacePolicy: Retain, Properties: { Kind: ${kind} } }`;
    await cloud.deploy(kept('a'));
    await cloud.deploy(kept('b'));
    expect(cloud.things.size).toBe(2);
  });

  test('deletes what has vanished, each before what it needs, and keeps what DeletionPolicy retains', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(`${start}\nD: { Type: Test::Thing, DeletionPolicy: Retain }`);
    cloud.calls.length = 0;
    await cloud.deploy('C: { Type: Test::Thing }');
    expect(cloud.calls).toEqual(['delete B', 'delete A']);
    expect(names(cloud)).toEqual(['C', 'D']);
    expect(cloud.observed).toContainEqual({
      type: 'note',
      text: expect.stringMatching(/^D .* left the stack and is kept/),
    });
  });

  test('that cannot delete what has vanished is done all the same, and says so', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(`${start}\nD: { Type: Test::Thing, Properties: { FailsToDelete: true } }`);
    await cloud.deploy(start);
    expect(status(cloud)).toBe('UPDATE_COMPLETE');
    expect(cloud.observed).toContainEqual({
      type: 'note',
      text: 'D could not be deleted and is forgotten: D cannot be deleted.',
    });
  });

  test('that fails puts everything back as it was', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy(start);
    const before = structuredClone([...cloud.things].sort());
    const failing = cloud.deploy(`
A: { Type: Test::Thing, Properties: { Text: two } }
B: { Type: Test::Thing, Properties: { Text: !Ref A, Kind: other } }
New: { Type: Test::Thing, DependsOn: B }
Fails: { Type: Test::Thing, DependsOn: New, Properties: { FailsToMake: true } }`);
    await expect(failing).rejects.toThrow('Fails (Test::Thing): Fails cannot be made.');
    expect([...cloud.things].sort()).toEqual(before);
    expect(status(cloud)).toBe('UPDATE_ROLLBACK_COMPLETE');
    cloud.calls.length = 0;
    await cloud.deploy(start);
    expect(cloud.calls).toEqual([]);
  });

  test('follows a parameter', async () => {
    const cloud = createFakeCloud();
    const sections = 'Parameters: { Word: { Type: String } }';
    const resources = 'A: { Type: Test::Thing, Properties: { Text: !Ref Word } }';
    await cloud.deploy(resources, { sections, parameters: { Word: 'one' } });
    await cloud.deploy(resources, { sections, parameters: { Word: 'two' } });
    expect(texts(cloud)).toEqual(['two']);
  });

  test('makes and deletes what a condition brings and takes', async () => {
    const cloud = createFakeCloud();
    const sections = 'Parameters: { Stage: { Type: String } }\nConditions: { IsProd: !Equals [!Ref Stage, prod] }';
    const resources = 'A: { Type: Test::Thing }\nB: { Type: Test::Thing, Condition: IsProd }';
    await cloud.deploy(resources, { sections, parameters: { Stage: 'dev' } });
    expect(names(cloud)).toEqual(['A']);
    await cloud.deploy(resources, { sections, parameters: { Stage: 'prod' } });
    expect(names(cloud)).toEqual(['A', 'B']);
    await cloud.deploy(resources, { sections, parameters: { Stage: 'dev' } });
    expect(names(cloud)).toEqual(['A']);
  });
});

describe('before anything is made', () => {
  test('all that is not implemented or wrong is refused at once, by name and place', async () => {
    const cloud = createFakeCloud();
    const failing = cloud.deploy(`
A: { Type: Test::Thing, Properties: { Colour: red, Text: !Ref B } }
B: { Type: Test::Other }
C: { Type: Test::Thing, Properties: { Size: large, List: [!Ref A, 3] } }`);
    const message = await failing.then(
      () => '',
      (error: unknown) => (error as Error).message,
    );
    expect(message.split('\n')).toEqual([
      'template.yaml:4:8: B: the local cloud does not implement Test::Other.',
      'template.yaml:3:41: A.Properties.Colour: the local cloud does not implement this property of Test::Thing.',
      'template.yaml:5:41: C.Properties.Size: Properties validation failed for resource C with message: #/Size: expected type: Number, found: String (Test::Thing).',
      expect.stringContaining('#/List/1: expected type: String, found: Integer'),
    ]);
    expect(cloud.calls).toEqual([]);
    expect(cloud.stacks.view.stacks()).toEqual([]);
  });

  test('a resource may not change its type', async () => {
    const cloud = createFakeCloud();
    await cloud.deploy('A: { Type: Test::Thing }');
    await expect(cloud.deploy('A: { Type: Test::Twin }')).rejects.toThrow(
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: [A].',
    );
  });
});

test('parameters with NoEcho are not shown', async () => {
  const cloud = createFakeCloud();
  await cloud.deploy('A: { Type: Test::Thing }', {
    sections: 'Parameters: { Secret: { Type: String, NoEcho: true }, Open: { Type: String } }',
    parameters: { Secret: 'hush', Open: 'hello' },
  });
  expect(cloud.stacks.view.stacks()[0]?.parameters).toEqual({ Secret: '****', Open: 'hello' });
});

test('after a restart the stack is known, and only what changed is changed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stacks-'));
  try {
    const first = createFakeCloud(folder);
    await first.deploy(
      'A: { Type: Test::Thing, Properties: { Text: one } }\nB: { Type: Test::Thing }\nC: { Type: Test::Thing }',
    );
    const second = createFakeCloud(folder, first.things);
    await second.deploy('A: { Type: Test::Thing, Properties: { Text: two } }\nB: { Type: Test::Thing }');
    expect(second.calls).toEqual(['update A', 'delete C']);
    expect(second.stacks.view.stacks()[0]?.stackId).toBe(first.stacks.view.stacks()[0]?.stackId);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
