import { describe, expect, test } from '@jest/globals';

import { changedImages } from '../../../functions/shared/lambda/changed-images.ts';
import { recipes } from '../../../functions/shared/images/recipe.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import { goldenPictures } from '../../../functions/verify-before-traffic/golden.ts';
import type { Invocation } from '../../../functions/verify-before-traffic/ports.ts';
import type { Verdict } from '../../../functions/shared/releases/hook-run.ts';
import { deploymentId, someOfThem, createInMemoryRelease } from './in-memory-release.ts';

const names = someOfThem.map(({ name }) => name);
const crashed: Invocation = { status: 'failed', error: 'Runtime.ExitError: Runtime exited', ms: 5 };

describe('a version that works as it should', () => {
  test.each(['thumbnails', 'renditions'] as const)('passes with all pictures: %s', async (recipe) => {
    const { verify, reports, failed, warnings } = createInMemoryRelease({ recipe, given: goldenPictures });

    expect(await verify()).toEqual({
      failures: [],
      report: `s3://thumbnails/reports/${deploymentId}/verify-before-traffic.json`,
    });
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({
      ...{ hook: 'verify-before-traffic', verdict: 'Succeeded', failures: [], deploymentId },
      ...{
        functionName: 'the-function',
        currentVersion: '7',
        targetVersion: '8',
        recipe,
        recipeVersion: recipes[recipe].version,
      },
      deadLetters: { 'a-queue': 2 },
      duration: { newMs: 50, servingMs: 50, limitMs: 450 },
    });
    expect(reports[0]?.pictures.map(({ name, verdict }) => [name, verdict])).toEqual(
      goldenPictures.map(({ name }) => [name, 'passed']),
    );
    for (const { got, expectedPicture, gotPicture } of reports[0]?.pictures ?? []) {
      const shown = got.status === 'ready' ? expect.stringMatching(/^data:image\/webp;base64,/u) : undefined;
      expect({ expectedPicture, gotPicture }).toEqual({ expectedPicture: shown, gotPicture: shown });
    }
    expect({ failed, warnings }).toEqual({ failed: [], warnings: [] });
  });

  test('leaves nothing behind', async () => {
    const { verify, pictures, outputs, records } = createInMemoryRelease();
    await verify();
    expect([...pictures, ...outputs, ...records]).toEqual([]);
  });

  test('is warmed up first, and given every picture once, under a key of its own', async () => {
    const { verify, invocations } = createInMemoryRelease();
    await verify();
    const given = invocations.filter(({ version }) => version === '8').map(({ key }) => key);
    expect(given[0]).toBe(`${deploymentId}/8/warm-up`);
    expect(given.slice(1).toSorted()).toEqual(names.map((name) => `${deploymentId}/8/${name}`).toSorted());
  });

  test('takes turns with the serving version, which is warmed up as well', async () => {
    const { verify, invocations } = createInMemoryRelease();
    await verify();
    const first = names.slice(0, 5).flatMap((name) => [`8/${name}`, `7/${name}`]);
    expect(invocations.slice(2, 12).map(({ key }) => key)).toEqual(first.map((key) => `${deploymentId}/${key}`));
    expect(invocations.filter(({ version }) => version === '7')).toHaveLength(6);
  });

  test.each([
    ['thumbnails', 'Sns'],
    ['renditions', 'body'],
  ] as const)('is invoked as AWS invokes it for an upload: %s', async (recipe, wrapped) => {
    const { verify, invocations } = createInMemoryRelease({ recipe });
    await verify();
    const { event, key } = invocations.at(-1) ?? {};
    expect(event).toMatchObject({ Records: [{ [wrapped]: expect.anything() }] });
    expect(changedImages(event)).toEqual([{ bucket: 'verification', key, eventTime: '2026-05-01T12:30:00.000Z' }]);
  });
});

describe('a version that crashes', () => {
  test('is given up after three times, and the report says so', async () => {
    const { verify, invocations, reports } = createInMemoryRelease({ fresh: { instead: () => crashed } });

    const { failures } = await verify();

    expect(invocations.filter(({ version }) => version === '8')).toHaveLength(3);
    expect(failures).toEqual([
      'orientation-1.jpg, orientation-6.jpg: the function failed: Runtime.ExitError: Runtime exited (and 1 more)',
      expect.stringMatching(
        /^6 pictures were not tried, since the function failed three times in a row: alpha\.png, display-p3\.jpg, orientation-8\.jpg and 3 more$/u,
      ),
    ]);
    expect(reports[0]?.verdict).toBe('Failed');
  });

  test('now and then is given every picture', async () => {
    const { verify, invocations } = createInMemoryRelease({
      fresh: { instead: (n) => (n % 3 > 0 && n < 6 ? crashed : undefined) },
    });
    const { failures } = await verify();
    expect(invocations.filter(({ version }) => version === '8')).toHaveLength(names.length + 1);
    expect(failures).toHaveLength(1);
  });
});

test('a message that is handed back is a failure, though Lambda counts no error', async () => {
  const { verify } = createInMemoryRelease({
    recipe: 'renditions',
    fresh: {
      instead: (n) =>
        n === 1 ? { status: 'returned', payload: { batchItemFailures: [{ itemIdentifier: '1' }] }, ms: 5 } : undefined,
    },
  });
  expect((await verify()).failures).toEqual(['orientation-1.jpg: the function handed the message back (and 1 more)']);
});

test('an invocation that is throttled is tried again, after longer and longer', async () => {
  const throttled: Invocation = { status: 'unavailable', why: 'TooManyRequestsException: Rate Exceeded.' };
  const { verify, pauses } = createInMemoryRelease({
    fresh: { instead: (n) => (n > 4 && n < 12 ? throttled : undefined) },
  });
  expect((await verify()).failures).toEqual([]);
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000]);
});

describe('durations', () => {
  test('a version that is slower than the serving one by seconds fails', async () => {
    const { verify } = createInMemoryRelease({ fresh: { ms: 2_050 } });
    expect((await verify()).failures).toEqual([
      'it is too slow: 2050 ms in the median, where the serving version takes 50 ms (at most 450 ms)',
    ]);
  });

  test('a version that a busy machine makes slower passes', async () => {
    const { verify } = createInMemoryRelease({ fresh: { ms: 150 }, serving: { ms: 30 } });
    expect((await verify()).failures).toEqual([]);
  });

  test('are measured again where they look too slow, and that counts: machines are busy now and then', async () => {
    const busy = createInMemoryRelease({ fresh: { ms: (name) => (name.startsWith('again-') ? 60 : 2_050) } });
    expect((await busy.verify()).failures).toEqual([]);
    expect(busy.reports[0]).toMatchObject({ duration: { newMs: 60, servingMs: 50 } });
    expect(busy.pictures.size + busy.records.size + busy.outputs.size).toBe(0);
  });

  test('durations of a large picture are compared separately', async () => {
    const ms = (name: string) => (name.startsWith('a-large-picture') ? 3_000 : 50);
    const { verify, reports } = createInMemoryRelease({ given: goldenPictures, fresh: { ms } });
    expect((await verify()).failures).toEqual([
      'it is too slow with a large picture: 3000 ms in the median, where the serving version takes 50 ms (at most 450 ms)',
    ]);
    expect(reports[0]).toMatchObject({ duration: { newMs: 50 }, durationOfLarge: { newMs: 3_000 } });
  });

  test('durations of a large picture are measured again as well', async () => {
    const ms = (name: string) => (/^a-large-picture-\d/u.test(name) ? 3_000 : 50);
    const { verify } = createInMemoryRelease({ given: goldenPictures, fresh: { ms } });
    expect((await verify()).failures).toEqual([]);
  });

  test.each([
    ['works by another version of the recipe', { recipeVersion: 99 }],
    ['fails', { instead: () => crashed }],
    ['hands back', { record: () => undefined }],
    ['refuses', { record: (record: ImageRecord) => ({ ...record, status: 'rejected' as const }) }],
  ])('nothing is compared with a serving version that %s', async (_, serving) => {
    const { verify, reports } = createInMemoryRelease({ serving, fresh: { ms: 2_050 } });
    expect((await verify()).failures).toEqual([]);
    expect(reports[0]).not.toHaveProperty('duration');
  });

  test('a serving version that cannot even be invoked is no reason to refuse the one that mends it', async () => {
    const { ports, verify, warnings } = createInMemoryRelease();
    const { invoke } = ports;
    ports.invoke = async (name, version, event) => {
      if (version === '7') throw new Error('there is no such version');
      return invoke(name, version, event);
    };
    expect((await verify()).failures).toEqual([]);
    expect(warnings).toEqual(['could not compare with the serving version 7']);
  });

  test('a version is not compared with itself', async () => {
    const { ports, verify, invocations } = createInMemoryRelease();
    ports.describeDeployment = async () => ({ functionName: 'the-function', currentVersion: '8', targetVersion: '8' });
    expect((await verify()).failures).toEqual([]);
    expect(invocations).toHaveLength(names.length + 1);
  });
});

test('a recipe version that nobody has worked out fails, and it says what to do', async () => {
  const { verify, reports } = createInMemoryRelease({ fresh: { recipeVersion: 99 } });
  expect((await verify()).failures).toEqual([
    expect.stringMatching(/^nobody has worked out what thumbnails makes by version 99: .*`npm run golden`/u),
  ]);
  expect(reports[0]).toMatchObject({ verdict: 'Failed', recipeVersion: 99 });
});

test('a function without pictures fails, by its name', async () => {
  const { ports, verify } = createInMemoryRelease();
  ports.describeDeployment = async () => ({ functionName: 'a-stranger', currentVersion: '7', targetVersion: '8' });
  expect((await verify()).failures).toEqual(['there are no golden pictures for the function a-stranger']);
});

describe('when time runs out', () => {
  /** The invocation for this picture of the new version never ends; time runs out when it has begun. */
  function hangingAt(name: string) {
    const release = createInMemoryRelease();
    const over = new AbortController();
    const { invoke } = release.ports;
    release.ports.invoke = async (functionName, version, event) => {
      if (!changedImages(event)[0]?.key.endsWith(`8/${name}`)) return invoke(functionName, version, event);
      over.abort();
      return new Promise(() => undefined);
    };
    return { ...release, verify: () => release.verify({ deadline: over.signal }) };
  }

  test('it fails, and says where, and what is known by then', async () => {
    const { verify, reports } = hangingAt('display-p3.jpg');
    const { failures } = await verify();
    expect(failures[0]).toBe('ran out of time at picture display-p3.jpg');
    expect(failures[1]).toMatch(
      /^5 pictures were not tried: display-p3\.jpg, orientation-8\.jpg, truncated\.jpg and 2 more$/u,
    );
    expect(reports[0]?.pictures.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['orientation-1.jpg', 'passed'],
      ['orientation-6.jpg', 'passed'],
      ['alpha.png', 'passed'],
    ]);
  });

  test('what is not worked on any longer is cleared away, and the rest stays where the next run finds it', async () => {
    const { verify, pictures, records, outputs } = hangingAt('display-p3.jpg');
    await verify();
    expect([...pictures.keys()]).toEqual([`${deploymentId}/8/display-p3.jpg`]);
    expect([...records, ...outputs]).toEqual([]);
  });

  test('before the trial, it is said where', async () => {
    const { ports, verify } = createInMemoryRelease();
    const doings: string[] = [];
    ports.countDeadLetters = async () => {
      expect(doings.at(-1)).toBe('counting dead letters');
      return {};
    };
    await verify({ doing: (what) => doings.push(what) });
    expect(doings.slice(0, 4)).toEqual([
      'asking what is deployed',
      'counting dead letters',
      'clearing away what earlier runs have left',
      'the warm-up',
    ]);
  });

  test('before anything was tried, nothing is', async () => {
    const { verify, invocations } = createInMemoryRelease();
    expect((await verify({ deadline: AbortSignal.abort() })).failures[0]).toBe('ran out of time at its beginning');
    expect(invocations).toEqual([]);
  });

  test('an invocation that is throttled until then fails', async () => {
    const { ports, verify } = createInMemoryRelease();
    const over = new AbortController();
    ports.invoke = async () => ({ status: 'unavailable', why: 'Rate Exceeded.' });
    ports.pause = async () => over.abort();
    expect((await verify({ deadline: over.signal })).failures[0]).toMatch(/warm-up/u);
  });
});

test('what fails here and not in the new version ends the trial, is a failure, and is cleaned up after', async () => {
  const { ports, verify, pictures, reports, invocations } = createInMemoryRelease();
  const { putPicture } = ports;
  ports.putPicture = async (key, bytes) => {
    if (key.endsWith('8/bomb.png')) throw new Error('no room');
    return putPicture(key, bytes);
  };
  const { failures } = await verify();
  expect(failures[0]).toMatch(/^the verification broke off at picture (truncated.jpg|bomb.png): Error: no room$/u);
  expect(reports[0]?.verdict).toBe('Failed');
  expect(invocations.map(({ key }) => key)).not.toContain(`${deploymentId}/8/${names.at(-1) ?? ''}`);
  // Of the two that were worked on at a time, the other may still be.
  expect(pictures.size).toBeLessThanOrEqual(2);
});

describe('what earlier runs have left', () => {
  test('is cleared away: of this deployment at once, of others when it is old; with all that came of it', async () => {
    const before = createInMemoryRelease();
    before.ports.deletePictures = async () => {
      throw new Error('the process died');
    };
    before.ports.removeRecord = before.ports.deletePictures.bind(undefined, []);
    before.ports.deleteOutputs = before.ports.deletePictures;
    await before.verify();
    expect(before.records.size).toBe(names.length + 1 + 6);

    const { pictures, records, outputs, ports, verify } = createInMemoryRelease();
    for (const [key, picture] of before.pictures) pictures.set(key, picture);
    for (const [key, record] of before.records) records.set(key, record);
    for (const [key, output] of before.outputs) outputs.set(key, output);
    const old = { bytes: new Uint8Array(), lastModified: '2026-05-01T12:09:00Z' };
    pictures.set('d-LONGAGO99/8/alpha.png', old);
    pictures.set('d-ATWORK999/8/alpha.png', { ...old, lastModified: '2026-05-01T12:29:00Z' });
    expect(ports.now().toISOString()).toBe('2026-05-01T12:30:00.000Z');

    expect((await verify()).failures).toEqual([]);
    expect([...pictures.keys()]).toEqual(['d-ATWORK999/8/alpha.png']);
    expect([...records, ...outputs]).toEqual([]);
  });

  test.each([
    ['with its last call', 'done'],
    ['before its last call', 'lost'],
  ])('of a run that was killed is cleared away by the next release’s, %s', async (_, lastCall) => {
    const calls = [
      ...(['describeDeployment', 'countDeadLetters', 'listPictures', 'putPicture', 'invoke', 'readRecord'] as const),
      ...(['readOutput', 'writeReport', 'recordsOf', 'deleteOutputs', 'removeRecord', 'deletePictures'] as const),
    ];
    // Not each of them: a run makes more than a hundred calls.
    for (let killedAt = 0, wasKilled = true; wasKilled; killedAt += 11) {
      const { ports, verify, pictures, records, outputs } = createInMemoryRelease();
      const alive = { ...ports };
      const death = Promise.withResolvers<boolean>();
      let made = 0;
      for (const name of calls) {
        const call: (...args: never[]) => Promise<unknown> = alive[name];
        const mortal = async (...args: never[]) => {
          const n = made++;
          if (n < killedAt) return call(...args);
          if (n === killedAt) {
            if (lastCall === 'done') await call(...args);
            death.resolve(true);
          }
          return new Promise<never>(() => undefined);
        };
        Object.assign(ports, { [name]: mortal });
      }
      wasKilled = await Promise.race([death.promise, verify().then(() => false)]);

      Object.assign(ports, alive, { now: () => new Date('2026-05-01T12:51:00Z') });
      const { failures } = await verify({ deploymentId: 'd-NEXTONE99' });
      const left = pictures.size + records.size + outputs.size;
      expect({ killedAt, failures, left }).toEqual({ killedAt, failures: [], left: 0 });
    }
  });

  test('is cleared away a part at a time where there is much of it, with what is in the way first', async () => {
    const { pictures, verify } = createInMemoryRelease();
    const old = { bytes: new Uint8Array(), lastModified: '2026-05-01T12:09:00Z' };
    for (let n = 0; n < 250; n++) pictures.set(`d-LONGAGO99/8/${n}.png`, old);
    pictures.set(`${deploymentId}/8/a-stranger.png`, old);
    await verify();
    expect(pictures.size).toBe(51);
    expect([...pictures.keys()].filter((key) => key.startsWith(deploymentId))).toEqual([]);
  });

  test('leftovers that cannot be deleted are logged, and fail nothing', async () => {
    const { ports, verify, warnings } = createInMemoryRelease();
    ports.listPictures = async () => {
      throw new Error('forbidden');
    };
    ports.removeRecord = async () => {
      throw new Error('forbidden');
    };
    expect((await verify()).failures).toEqual([]);
    expect(warnings).toContain('could not look for what earlier runs have left');
    expect(warnings).toContain(`could not clear away ${deploymentId}/8/alpha.png`);
  });
});

describe('what is done once the verdict is known cannot change it', () => {
  test.each([
    ['writing the report', 'writeReport'],
    ['clearing away the pictures', 'recordsOf'],
    ['clearing away the pictures', 'deleteOutputs'],
    ['clearing away the pictures', 'removeRecord'],
    ['clearing away the pictures', 'deletePictures'],
  ] as const)('were %s never to end: %s', async (what, port) => {
    const { ports, verify, reports } = createInMemoryRelease();
    const hung = Promise.withResolvers<never>();
    const reached = Promise.withResolvers<string>();
    let at = '';
    let concluded: Verdict | undefined;
    ports[port] = () => {
      reached.resolve(at);
      return hung.promise;
    };
    const run = verify({
      doing: (now) => {
        at = now;
      },
      setVerdict: (verdict) => {
        concluded = verdict;
      },
    });
    expect(await reached.promise).toBe(what);
    const report = `s3://thumbnails/reports/${deploymentId}/verify-before-traffic.json`;
    expect(concluded).toEqual({ failures: [], ...(port !== 'writeReport' && { report }) });
    expect(reports).toHaveLength(port === 'writeReport' ? 0 : 1);
    hung.reject(new Error('the connection was closed'));
    expect(await run).toMatchObject({ failures: [] });
  });

  test('what has failed is concluded as well', async () => {
    const { verify } = createInMemoryRelease({ fresh: { instead: () => crashed } });
    let concluded: Verdict | undefined;
    const { failures } = await verify({
      setVerdict: (verdict) => {
        concluded = verdict;
      },
    });
    expect(concluded?.failures).toEqual(failures);
    expect(failures).toHaveLength(2);
  });
});

test('neither dead letters that cannot be counted nor a report that cannot be written fail a release', async () => {
  const { ports, verify, warnings } = createInMemoryRelease();
  ports.countDeadLetters = async () => {
    throw new Error('forbidden');
  };
  ports.writeReport = async () => {
    throw new Error('forbidden');
  };
  expect(await verify()).toEqual({ failures: [] });
  expect(warnings).toEqual(['could not count the dead letters', 'could not write the report']);
});
