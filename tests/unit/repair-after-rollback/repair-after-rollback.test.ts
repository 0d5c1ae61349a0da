import { describe, expect, test } from '@jest/globals';

import { DRAIN_MS } from '../../../functions/repair-after-rollback/repair-after-rollback.ts';
import { ofType, readTemplate } from '../../template/template.ts';
import { BEGUN, createRolledBackRelease, FAILED } from './rolled-back-release.ts';

test('what the withdrawn version made is marked stale, keeps its outputs, and is announced; nothing else is', async () => {
  const { keep, record, announced, table, repair } = createRolledBackRelease();
  const bad = keep('bad.jpg', {
    outputs: [{ key: 'thumbnails/x/y/128.webp', width: 128, height: 96, format: 'webp', bytes: 9 }],
  });
  keep('refused.jpg', { status: 'rejected', reason: 'by mistake' });
  const others = [
    keep('by-7.jpg', { processedBy: '7' }),
    keep('by-18.jpg', { processedBy: '18' }),
    keep('renditions.jpg', { recipe: 'renditions' }),
    keep('golden.jpg', { bucket: 'verification' }),
    keep('before.jpg', { processedAt: new Date(BEGUN - 3_600_000).toISOString() }),
  ];

  expect(await repair()).toEqual({
    ...{ found: 2, marked: 2, announced: 2 },
    ...{ ending: 'repaired', functionName: 'generate-thumbnails', version: '8' },
  });

  expect(announced.sort()).toEqual(['bad.jpg', 'refused.jpg']);
  expect(record('bad.jpg')).toEqual({ ...bad, recipeVersion: 0, revision: 2 });
  for (const other of others) expect([...table.values()]).toContainEqual(other);
});

test('what died with the version before it had an outcome, and what it took for deleted, is announced and not marked', async () => {
  const { keep, announced, record, repair } = createRolledBackRelease();
  const pending = keep('pending.jpg', { status: 'pending', recipeVersion: 0, revision: 0 });
  const deleted = keep('deleted.jpg', { status: 'deleted', expiresAt: 1_800_000_000 });

  expect(await repair()).toMatchObject({ found: 2, marked: 0, announced: 2 });

  expect(announced.sort()).toEqual(['deleted.jpg', 'pending.jpg']);
  expect([record('pending.jpg'), record('deleted.jpg')]).toEqual([pending, deleted]);
});

test('what somebody else writes in this moment is theirs, and announced all the same', async () => {
  const { keep, announced, record, repair } = createRolledBackRelease();
  const bad = keep('a.jpg');
  expect(await repair({ writeRecord: async () => 'lost' })).toMatchObject({ marked: 0 });
  expect([...new Set(announced)]).toEqual(['a.jpg']);
  expect(record('a.jpg')).toEqual(bad);
});

test('a mark that DynamoDB gets twice, since its first answer was lost, is announced', async () => {
  const { keep, announced, record, repair, ports } = createRolledBackRelease();
  const bad = keep('a.jpg');
  // As the SDK's retry sees it: the first request was carried out.
  const twice: typeof ports.writeRecord = async (...write) => {
    await ports.writeRecord(...write);
    return ports.writeRecord(...write);
  };
  // The other writes of the record have come to an end: this is the last pass.
  await repair({ writeRecord: twice });
  expect(announced.length).toBeGreaterThanOrEqual(1);
  expect(record('a.jpg')).toEqual({ ...bad, recipeVersion: 0, revision: 2 });
});

describe('a release without anything to repair', () => {
  test.each([
    ['where the release led back to an older version', { currentVersion: '9' }, 'no newer version'],
    ['where the versions have no numbers', { targetVersion: '$LATEST' }, 'no newer version'],
    ['after the release of a function that makes no outputs', { functionName: 'list-images' }, 'not about images'],
  ])('%s', async (_, release, ending) => {
    const { keep, calls, announced, repair } = createRolledBackRelease(release);
    keep('a.jpg', { processedBy: '8' });
    keep('b.jpg', { processedBy: '$LATEST' });
    expect(await repair()).toMatchObject({ ending, found: 0 });
    expect([calls.scans, announced]).toEqual([0, []]);
  });

  test('causes no scan of the table if the new version never had traffic', async () => {
    const { calls, repair } = createRolledBackRelease();
    expect(await repair({ receivedTraffic: async () => false })).toMatchObject({ ending: 'it never had traffic' });
    expect(calls.scans).toBe(0);
  });

  test('causes no second scan of the table if an earlier repair has finished', async () => {
    const { keep, calls, repair } = createRolledBackRelease();
    keep('a.jpg');
    await repair();
    const { scans } = calls;
    expect(await repair()).toMatchObject({ ending: 'repaired', found: 0 });
    expect(calls.scans).toBe(scans);
  });
});

describe('the alias decides', () => {
  test('nothing is marked before it has gone back', async () => {
    const { keep, alias, events, clock, announced, repair } = createRolledBackRelease();
    keep('a.jpg');
    alias.served = ['7', '8'];
    let whenBack = 0;
    events.push({
      at: 20_000,
      happen: () => {
        alias.served = ['7'];
        whenBack = clock.now;
        expect(announced).toEqual([]);
      },
    });

    expect(await repair()).toMatchObject({ ending: 'repaired', announced: 1 });
    expect(clock.now).toBeGreaterThanOrEqual(whenBack + DRAIN_MS);
  });

  test('a release that was stopped where it stood, without going back, withdraws nothing', async () => {
    const { keep, alias, calls, clock, repair } = createRolledBackRelease();
    keep('a.jpg');
    alias.served = ['7', '8'];
    expect(await repair()).toMatchObject({ ending: 'it still serves', found: 0 });
    expect(calls.scans).toBe(0);
    // Within the function's timeout, with time for the passes.
    expect(clock.now - FAILED).toBeLessThanOrEqual(180_000);
  });

  test('what a release has made that had succeeded is made again when a person asks, once a newer version has taken its place', async () => {
    const { keep, alias, announced, repair } = createRolledBackRelease();
    keep('a.jpg');
    keep('by-9.jpg', { processedBy: '9' });
    alias.served = ['9'];
    expect(await repair()).toMatchObject({ ending: 'repaired', marked: 1 });
    expect(announced).toEqual(['a.jpg']);
  });

  test('a version that is released after all is left alone from then on', async () => {
    const { keep, alias, events, record, repair } = createRolledBackRelease();
    keep('a.jpg');
    events.push({
      at: 10_000,
      happen: () => {
        alias.served = ['8'];
        keep('b.jpg');
      },
    });
    expect(await repair()).toMatchObject({ ending: 'it still serves', marked: 1 });
    expect(record('b.jpg')).toMatchObject({ recipeVersion: 1 });
  });
});

describe('what was in work when the version was withdrawn', () => {
  test.each([1_000, 30_000, 60_000])('is met by a later pass: %i ms after', async (at) => {
    const { keep, events, announced, repair } = createRolledBackRelease();
    keep('early.jpg');
    events.push({ at, happen: () => void keep('late.jpg') });
    expect(await repair()).toMatchObject({ ending: 'repaired', marked: 2 });
    expect(announced).toEqual(['early.jpg', 'late.jpg']);
  });

  test('is marked again where it was written over the mark', async () => {
    const { keep, events, announced, record, repair } = createRolledBackRelease();
    keep('a.jpg');
    events.push({ at: 3_000, happen: () => void keep('a.jpg', { revision: 3 }) });
    expect(await repair()).toMatchObject({ marked: 2, announced: 2 });
    expect(record('a.jpg')).toMatchObject({ recipeVersion: 0, revision: 4 });
    expect(announced).toEqual(['a.jpg', 'a.jpg']);
  });

  test('may be anything that fits into the functions’ timeouts', () => {
    const timeouts = ofType(readTemplate(), 'AWS::Serverless::Function')
      .filter(([id]) => id.startsWith('Generate'))
      .map(([, { Properties }]) => Properties.Timeout);
    expect(timeouts).toHaveLength(2);
    for (const timeout of timeouts) expect(Number(timeout) * 1_000).toBeLessThan(DRAIN_MS);
  });
});

describe('an invocation', () => {
  test('a repair that runs out of time says so, and the next one continues from there', async () => {
    const { keep, announced, cursors, repair } = createRolledBackRelease();
    for (let n = 0; n < 8; n++) keep(`${n}.jpg`);
    const shortly = { remainingMs: () => 10_000 };

    expect(await repair(shortly)).toMatchObject({ ending: 'out of time', announced: 3 });
    expect(cursors.get('d-EXAMPLE11')).toMatchObject({ phase: 'early', revision: 1, after: expect.any(String) });
    expect(await repair(shortly)).toMatchObject({ ending: 'out of time', announced: 3 });
    expect(await repair()).toMatchObject({ ending: 'repaired', found: 8 });
    expect(new Set(announced).size).toBe(8);
  });

  test('ends in time rather than waiting for the last pass', async () => {
    const { keep, clock, repair } = createRolledBackRelease();
    keep('a.jpg');
    const ends = FAILED + 60_000;
    expect(await repair({ remainingMs: () => ends - clock.now })).toMatchObject({ ending: 'out of time', marked: 1 });
    expect(clock.now).toBeLessThan(ends);
    expect(await repair()).toMatchObject({ ending: 'repaired' });
  });

  test('goes on with a last pass as the last one', async () => {
    const { keep, cursors, calls, repair } = createRolledBackRelease();
    for (let n = 0; n < 8; n++) keep(`${n}.jpg`);
    const [, , third] = [...createOrder(8)];
    cursors.set('d-EXAMPLE11', { phase: 'last', after: third ?? '', revision: 9 });
    expect(await repair()).toMatchObject({ ending: 'repaired' });
    expect(calls.scans).toBeLessThanOrEqual(3);
  });

  test('if a repair is killed between mark and event, the next one publishes the event', async () => {
    const { keep, record, announced, repair } = createRolledBackRelease();
    keep('a.jpg');
    await expect(repair({ announce: async () => Promise.reject(new Error('SNS was away')) })).rejects.toThrow('SNS');
    expect(record('a.jpg')).toMatchObject({ recipeVersion: 0 });
    expect(await repair()).toMatchObject({ ending: 'repaired', marked: 0, announced: 1 });
    expect(announced).toEqual(['a.jpg']);
  });

  test('a repair that fails for one record repairs all others, names it, and leaves it to the next repair', async () => {
    const { keep, announced, ports, cursors, repair } = createRolledBackRelease();
    for (let n = 0; n < 8; n++) keep(`${n}.jpg`);
    const announce: typeof ports.announce = async (image, record) => {
      if (image.key === '3.jpg') throw new Error('SNS does not like it');
      return ports.announce(image, record);
    };

    await expect(repair({ announce })).rejects.toThrow(
      'the repair after d-EXAMPLE11 could not mark or announce 1 records of version 8, the first uploads/3.jpg: Error: SNS does not like it',
    );
    expect(announced).toHaveLength(7);
    expect(cursors.get('d-EXAMPLE11')).toMatchObject({ phase: 'early' });
    await expect(repair({ announce })).rejects.toThrow('uploads/3.jpg');

    expect(await repair()).toMatchObject({ ending: 'repaired' });
    expect(new Set(announced).size).toBe(8);
  });

  test('if a repair is killed in the last pass after a record failed in it, the next one repairs that record', async () => {
    const { keep, announced, ports, clock, repair } = createRolledBackRelease();
    for (let n = 0; n < 8; n++) keep(`${n}.jpg`);
    const broken = { announce: async () => Promise.reject(new Error('SNS was away')) };
    const shortly = { remainingMs: () => (clock.now < FAILED + DRAIN_MS ? 900_000 : 10_000) };

    expect(await repair({ ...broken, ...shortly })).toMatchObject({ ending: 'out of time', announced: 0 });
    expect(await repair({ announce: ports.announce })).toMatchObject({ ending: 'repaired' });
    expect(new Set(announced).size).toBe(8);
  });

  test('announces once what stays unrepaired while it looks', async () => {
    const { keep, announced, calls, repair } = createRolledBackRelease();
    keep('a.jpg');
    keep('pending.jpg', { status: 'pending', recipeVersion: 0, revision: 0 });
    await repair();
    expect(announced.sort()).toEqual(['a.jpg', 'pending.jpg']);
    expect(calls.scans).toBe(4);
  });

  test('gives way to another one that has moved on, and every image is announced', async () => {
    const { keep, announced, repair } = createRolledBackRelease();
    for (let n = 0; n < 20; n++) keep(`${n}.jpg`);
    const endings = (await Promise.all([repair(), repair()])).map(({ ending }) => ending);
    expect(endings.sort()).toEqual(['another repair is at work', 'repaired']);
    expect(new Set(announced).size).toBe(20);
  });
});

/** The names of so many images' records, in the table's order. */
function createOrder(images: number): string[] {
  const { keep, table } = createRolledBackRelease();
  for (let n = 0; n < images; n++) keep(`${n}.jpg`);
  return [...table.keys()].sort();
}
