import { describe, expect, test } from '@jest/globals';

import type { Verdict } from '../../../functions/shared/releases/hook-run.ts';
import { createReleaseFixture, fileOf, release } from './release-fixture.ts';
import { recipes } from '../../../functions/shared/images/recipe.ts';

const uri = 's3://thumbnails/reports/d-EXAMPLE11/verify-after-traffic.json';

test('a release whose last stretch is as it should be is done, and its report tells the whole story', async () => {
  const { verify, uploads, reports, ports } = createReleaseFixture();

  expect(await verify()).toEqual({ failures: [], report: uri });

  expect(uploads).toMatchObject([{ key: 'canary/d-EXAMPLE11/n1.jpg', bytes: ports.picture.bytes }]);
  expect(reports).toEqual([
    {
      ...{ hook: 'verify-after-traffic', verdict: 'Succeeded', failures: [] },
      ...{ deploymentId: 'd-EXAMPLE11', functionName: 'generate-thumbnails', recipe: 'thumbnails' },
      ...{ currentVersion: '7', targetVersion: '8' },
      ...{ startedAt: '2026-05-01T12:20:00.000Z', endedAt: expect.stringContaining('2026-05-01T12:20:4') },
      canaries: [
        {
          ...{ bucket: 'uploads', key: 'canary/d-EXAMPLE11/n1.jpg' },
          recipes: [
            expect.objectContaining({ recipe: 'thumbnails', status: 'ready', processedBy: '8', problems: [] }),
            expect.objectContaining({ recipe: 'renditions', status: 'ready', processedBy: '3', problems: [] }),
          ],
        },
      ],
      alarms: [
        { name: 'errors', fired: false },
        { name: 'dead-letters', fired: false },
      ],
      deadLetters: { 'renditions-dead': { before: 2, now: 2 }, 'thumbnails-failed': { before: 0, now: 0 } },
    },
  ]);
});

test('a function that makes no outputs is none of its business, and says so', async () => {
  const { verify, uploads } = createReleaseFixture();
  const describeDeployment = async () => ({ ...release, functionName: 'list-images' });
  expect(await verify({ describeDeployment })).toEqual({
    failures: ['no image goes through the function list-images'],
  });
  expect(uploads).toEqual([]);
});

test('a function that no image goes through is released if no alarm fired and no dead letter was added', async () => {
  const { verify, uploads, reports } = createReleaseFixture();
  const describeDeployment = async () => ({ ...release, functionName: 'reconcile-images' });
  expect(await verify({ describeDeployment })).toMatchObject({ failures: [] });
  expect(uploads).toEqual([]);
  expect(reports[0]).toMatchObject({ verdict: 'Succeeded', canaries: [] });
  expect(reports[0]?.deadLetters).toBeDefined();
  const firedSince = async () => ['errors'];
  expect((await verify({ describeDeployment, firedSince })).failures).toHaveLength(1);
});

describe('an image that is sent the whole way', () => {
  test('fails the release by the name of the path that is late, with the other guards looked at all the same', async () => {
    const { verify, pace, clock, endsAt, reports } = createReleaseFixture();
    delete pace.renditions;
    const { failures } = await verify({ firedSince: async () => ['errors'] });
    expect(failures).toEqual([
      expect.stringMatching(
        /^canary\/d-EXAMPLE11\/n1.jpg, renditions: no outcome after 28\d s: nobody has begun with it$/,
      ),
      'the alarm errors has fired since the release began',
    ]);
    // TO_CLEAN_UP_MS in shared/lambda/hook.ts is 15 s.
    expect(clock.now).toBeLessThan(endsAt + 10_000);
    expect(reports).toMatchObject([
      { verdict: 'Failed', canaries: [{ recipes: [{ status: 'ready' }, { ms: expect.any(Number) }] }] },
    ]);
  });

  test('tells the last error of a path that tries in vain', async () => {
    const { verify, otherwise } = createReleaseFixture();
    otherwise.thumbnails = { status: 'pending', outputs: [], lastError: 'TransientError: S3 was away' };
    const { failures } = await verify();
    expect(failures).toEqual([
      expect.stringMatching(
        /thumbnails: no outcome .*: it is pending, the last error was TransientError: S3 was away$/,
      ),
    ]);
  });

  test.each([
    ['rejected', { status: 'rejected', reason: 'it is no image', outputs: [] }, 'thumbnails: rejected: it is no image'],
    ['taken for another format', { format: 'png' }, 'thumbnails: taken for png instead of jpeg'],
    ['not turned upright', { width: 600, height: 900 }, 'thumbnails: taken for 600x900 pixels instead of 900x600'],
    ['without outputs', { outputs: [], recipeVersion: recipes.thumbnails.version + 1 }, 'thumbnails: made nothing'],
    [
      'of other sizes',
      { outputs: [{ key: 'k', width: 85, height: 128, format: 'webp', bytes: 40 }] },
      'thumbnails: made 85x128 webp instead of 128x85 webp, 320x213 webp, 640x427 webp',
    ],
  ] as const)('fails the release where it comes out %s', async (_, record, problem) => {
    const { verify, otherwise } = createReleaseFixture();
    otherwise.thumbnails = record as typeof otherwise.thumbnails & object;
    const { failures } = await verify();
    expect(failures).toEqual([`canary/d-EXAMPLE11/n1.jpg, ${problem}`]);
  });

  test('may have other sizes by a recipe of another version: the other path may be at either', async () => {
    const { verify, otherwise } = createReleaseFixture();
    otherwise.renditions = {
      recipeVersion: recipes.renditions.version + 1,
      outputs: [{ key: 'k', width: 800, height: 533, format: 'webp', bytes: 40 }],
    };
    expect(await verify()).toMatchObject({ failures: [] });
  });

  test.each([
    ['that are not there', undefined, 'is named by the record, and not there'],
    ['cut short', fileOf('webp', 39), 'has 39 bytes, and not the 40 that its record tells'],
    ['of another format', fileOf('avif'), 'is no webp file'],
  ])('fails the release where it has outputs %s', async (_, file, problem) => {
    const { verify, ports } = createReleaseFixture();
    const readOutput = async (key: string) => (key.endsWith('/320.webp') ? file : ports.readOutput(key));
    expect(await verify({ readOutput })).toMatchObject({
      failures: [`canary/d-EXAMPLE11/n1.jpg, thumbnails: 320x213 webp ${problem}`],
    });
  });

  test('is sent again where it still met the version before', async () => {
    const { verify, uploads, reports, ports } = createReleaseFixture();
    const readRecord: typeof ports.readRecord = async (id, recipe) => {
      const record = await ports.readRecord(id, recipe);
      return record && recipe === 'thumbnails' && uploads.length < 3 ? { ...record, processedBy: '7' } : record;
    };
    expect(await verify({ readRecord })).toMatchObject({ failures: [] });
    expect(uploads.map(({ key }) => key)).toEqual([1, 2, 3].map((n) => `canary/d-EXAMPLE11/n${n}.jpg`));
    expect(reports[0]?.canaries).toHaveLength(3);
  });

  test.each([
    ['three of them met the version before', '7', 3],
    ['a version that has nothing to do with the release made it', '6', 1],
  ])('fails the release where %s', async (_, processedBy, images) => {
    const { verify, otherwise, uploads } = createReleaseFixture();
    otherwise.thumbnails = { processedBy };
    expect(await verify()).toMatchObject({
      failures: [
        `canary/d-EXAMPLE11/n${images}.jpg, thumbnails: made by version ${processedBy} instead of 8 (image ${images} that was sent)`,
      ],
    });
    expect(uploads).toHaveLength(images);
  });

  test('is looked for again where looking fails, and fails the release where it goes on failing', async () => {
    const { verify, warnings, ports } = createReleaseFixture();
    let looks = 0;
    const failing = (until: number): Partial<typeof ports> => ({
      readRecord: async (...question) => {
        if (++looks > 4 && looks <= until) throw new Error('away');
        return ports.readRecord(...question);
      },
    });
    expect(await verify(failing(7))).toMatchObject({ failures: [] });
    expect(warnings).toHaveLength(3);
    looks = 0;
    expect(await verify(failing(Infinity))).toMatchObject({
      failures: ['failed at sending an image the whole way: Error: away'],
    });
    expect(looks).toBeLessThan(15);
  });

  test('fails the release where it cannot be sent', async () => {
    const { verify, warnings, reports } = createReleaseFixture();
    const upload = async () => Promise.reject(new Error('forbidden'));
    expect(await verify({ upload })).toMatchObject({
      failures: ['failed at sending an image the whole way: Error: forbidden'],
    });
    expect(warnings).toEqual(['sending an image the whole way']);
    expect(reports).toMatchObject([{ canaries: [], alarms: [{}, {}] }]);
  });
});

describe('the release checks', () => {
  test('are asked what happened since the release began', async () => {
    const { verify, reports } = createReleaseFixture();
    const asked: unknown[] = [];
    const firedSince = async (...question: unknown[]) => {
      asked.push(question);
      return ['dead-letters'];
    };
    const { failures } = await verify({ firedSince });
    expect(failures).toEqual(['the alarm dead-letters has fired since the release began']);
    expect(asked).toEqual([[['errors', 'dead-letters'], release.startedAt]]);
    expect(reports[0]?.alarms).toContainEqual({ name: 'dead-letters', fired: true });
  });

  test('are looked at after the image came through, or failed to', async () => {
    const { verify, uploads, clock } = createReleaseFixture();
    const alarmsOf = async () => {
      expect(clock.now).toBeGreaterThan((uploads[0]?.at ?? Infinity) + 40_000);
      return [];
    };
    expect(await verify({ alarmsOf })).toMatchObject({ failures: [] });
  });

  test('fail the release if alarms or dead letters cannot be read', async () => {
    const { verify, reports } = createReleaseFixture();
    const away = async () => Promise.reject(new Error('away'));
    expect(await verify({ firedSince: away, countDeadLetters: away })).toMatchObject({
      failures: ['failed at looking at the alarms: Error: away', 'failed at counting dead letters: Error: away'],
    });
    expect(reports[0]).not.toHaveProperty('alarms');
  });
});

describe('the verdict', () => {
  const never = () => new Promise<never>(() => undefined);

  test('is set as soon as the image has failed, regardless of how long the other checks take', async () => {
    const { verify, otherwise } = createReleaseFixture();
    otherwise.thumbnails = { format: 'png' };
    const concluded = Promise.withResolvers<Verdict>();
    void verify({ alarmsOf: never, countDeadLetters: never }, { setVerdict: concluded.resolve });
    expect(await concluded.promise).toEqual({
      failures: ['canary/d-EXAMPLE11/n1.jpg, thumbnails: taken for png instead of jpeg'],
    });
  });

  test('is set before the report is written', async () => {
    const { verify } = createReleaseFixture();
    const concluded: Verdict[] = [];
    const writing = Promise.withResolvers<number>();
    const writeReport = async () => {
      writing.resolve(concluded.length);
      return never();
    };
    void verify({ writeReport }, { setVerdict: (verdict) => concluded.push(verdict) });
    expect(await writing.promise).toBe(1);
    expect(concluded).toEqual([{ failures: [] }]);
  });

  test('on a good image is set only with the other checks: until then, time may run out', async () => {
    const { verify } = createReleaseFixture();
    const concluded: Verdict[] = [];
    const asked = Promise.withResolvers<undefined>();
    const doings: string[] = [];
    const alarmsOf = async () => {
      asked.resolve(undefined);
      return never();
    };
    void verify({ alarmsOf }, { setVerdict: (verdict) => concluded.push(verdict), doing: (what) => doings.push(what) });
    await asked.promise;
    expect(concluded).toEqual([]);
    expect(doings.at(-1)).toBe('looking at the alarms and counting dead letters');
  });
});

describe('dead letters', () => {
  test('dead letters that were added fail the release and name the queue; older or removed ones do not', async () => {
    const { verify, reports } = createReleaseFixture();
    const countDeadLetters = async () => ({ 'renditions-dead': 1, 'thumbnails-failed': 3 });
    expect(await verify({ countDeadLetters })).toMatchObject({
      failures: ['3 more in thumbnails-failed than when the release began'],
    });
    expect(reports[0]?.deadLetters).toEqual({
      'renditions-dead': { before: 2, now: 1 },
      'thumbnails-failed': { before: 0, now: 3 },
    });
  });

  test.each([
    ['no report', undefined, /^verify-before-traffic has left no report/],
    ['a report without counts', { verdict: 'Succeeded' }, /has not counted the dead letters in renditions-dead/],
    ['a count of another queue', { deadLetters: { 'thumbnails-failed': 0 } }, /in renditions-dead/],
  ])('that nobody counted before fail the release: %s', async (_, before, problem) => {
    const { verify } = createReleaseFixture();
    const { failures } = await verify({ readReportBefore: async () => before });
    expect(failures[0]).toMatch(problem);
  });
});

test('a report that cannot be written keeps nobody from an answer', async () => {
  const { verify, warnings } = createReleaseFixture();
  expect(await verify({ writeReport: async () => Promise.reject(new Error('forbidden')) })).toEqual({ failures: [] });
  expect(warnings).toEqual(['writing the report']);
});
