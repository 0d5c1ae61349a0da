import { describe, expect, test } from '@jest/globals';

import { answerHook, TO_CLEAN_UP_MS, TO_REPORT_MS, type HookExecution } from '../../../functions/shared/lambda/hook.ts';
import type { HookRun, Verdict } from '../../../functions/shared/releases/hook-run.ts';
import { answeringDefaults } from '../../../functions/shared/stores/deployments.ts';
import { linesOf } from './captured.ts';
import { context } from './context.ts';

const event = { DeploymentId: 'd-EXAMPLE11', LifecycleEventHookExecutionId: 'an-execution' };
const never = new Promise<never>(() => undefined);

/** What CodeDeploy is told, and what the log says, of a check that behaves like this. */
async function answersTo(check: (run: HookRun) => Promise<Verdict>, remainingMs = 60_000) {
  const answers: { execution: HookExecution; status: string }[] = [];
  const told = async (execution: HookExecution, status: string) => {
    answers.push({ execution, status });
  };
  let verdict: Verdict | undefined;
  const lines = await linesOf(async () => {
    verdict = await answerHook(event, context(remainingMs), told, check);
  });
  return { answers, verdict, lines };
}

const failedOnce = [{ execution: { deploymentId: 'd-EXAMPLE11', executionId: 'an-execution' }, status: 'Failed' }];

test('a check that finds nothing wrong lets the release go on', async () => {
  const { answers, lines } = await answersTo(async () => ({ failures: [], report: 's3://thumbnails/report.json' }));
  expect(answers).toEqual([{ ...failedOnce[0], status: 'Succeeded' }]);
  expect(lines).toMatchObject([
    {
      level: 'INFO',
      message: 'answers CodeDeploy: Succeeded',
      deploymentId: 'd-EXAMPLE11',
      report: 's3://thumbnails/report.json',
    },
  ]);
});

test('a check that finds something wrong stops the release, and the log says what', async () => {
  const { answers, lines } = await answersTo(async () => ({ failures: ['it is sideways'] }));
  expect(answers).toEqual(failedOnce);
  expect(lines).toMatchObject([{ level: 'ERROR', reason: 'it is sideways', failures: ['it is sideways'] }]);
});

test('a check that throws stops the release', async () => {
  const { answers, verdict, lines } = await answersTo(async () => {
    throw new Error('missing from the environment: EVERYTHING');
  });
  expect(answers).toEqual(failedOnce);
  expect(verdict?.failures).toEqual(['the check itself failed: Error: missing from the environment: EVERYTHING']);
  expect(lines[0]).toMatchObject({ level: 'ERROR', error: { message: 'missing from the environment: EVERYTHING' } });
});

test('a check that throws before it returns a promise stops the release', async () => {
  const { answers } = await answersTo(() => {
    throw new Error('at once');
  });
  expect(answers).toEqual(failedOnce);
});

test('a check that never ends is answered for before the function’s timeout, by what it was doing', async () => {
  const { answers, verdict } = await answersTo(({ doing }) => {
    doing('the warm-up');
    doing('picture orientation-6');
    return never;
  }, TO_REPORT_MS + 20);
  expect(answers).toEqual(failedOnce);
  expect(verdict?.failures).toEqual(['ran out of time at picture orientation-6']);
});

test('a check is told in time to come to its end', async () => {
  const aborted = ({ deadline }: HookRun) =>
    new Promise<Verdict>((resolve) => {
      deadline.addEventListener('abort', () => resolve({ failures: ['ended in order'] }));
    });
  const { verdict } = await answersTo(aborted, TO_REPORT_MS + TO_CLEAN_UP_MS + 20);
  expect(verdict?.failures).toEqual(['ended in order']);
});

test('what a check says after its time is over is not told to CodeDeploy', async () => {
  let end: (verdict: Verdict) => void = () => undefined;
  const late = new Promise<Verdict>((resolve) => (end = resolve));
  const { answers } = await answersTo(() => late, TO_REPORT_MS + 20);
  end({ failures: [] });
  await late;
  expect(answers).toEqual(failedOnce);
});

describe('once a check has concluded', () => {
  const concluding =
    (failures: string[], then: () => Promise<Verdict>) =>
    async ({ setVerdict, doing }: HookRun) => {
      setVerdict({ failures, report: 's3://thumbnails/report.json' });
      doing('clearing away');
      return then();
    };

  test.each([
    ['Succeeded', []],
    ['Failed', ['it is sideways']],
  ])('its answer stands (%s), however long it goes on', async (status, failures) => {
    const { answers, verdict, lines } = await answersTo(
      concluding(failures, () => never),
      TO_REPORT_MS + 20,
    );
    expect(answers).toEqual([{ ...failedOnce[0], status }]);
    expect(verdict).toEqual({ failures, report: 's3://thumbnails/report.json' });
    expect(lines[0]).toMatchObject({
      level: 'WARN',
      message: 'ran out of time at clearing away; what was found before stands',
    });
  });

  test('its answer stands, whatever then fails', async () => {
    const { answers, lines } = await answersTo(concluding([], () => Promise.reject(new Error('no room'))));
    expect(answers).toEqual([{ ...failedOnce[0], status: 'Succeeded' }]);
    expect(lines[0]).toMatchObject({ level: 'ERROR', error: { message: 'no room' } });
  });

  test('what it says in the end counts, which may be more', async () => {
    const { verdict } = await answersTo(concluding(['one'], async () => ({ failures: ['one', 'two'] })));
    expect(verdict).toEqual({ failures: ['one', 'two'] });
  });
});

test('there is time for every attempt at a CodeDeploy that hangs', () => {
  const { maxAttempts, requestHandler } = answeringDefaults;
  // The SDK pauses for up to 0.1, 0.2 and 0.4 s between them.
  expect(maxAttempts * requestHandler.requestTimeout + 700).toBeLessThan(TO_REPORT_MS);
});

test('an answer that CodeDeploy does not get is not given differently, but thrown: Lambda tries again', async () => {
  const statuses: string[] = [];
  const lost = async (_: HookExecution, status: string) => {
    statuses.push(status);
    throw new Error('no way to CodeDeploy');
  };
  await linesOf(() =>
    expect(answerHook(event, context(60_000), lost, async () => ({ failures: [] }))).rejects.toThrow(
      'no way to CodeDeploy',
    ),
  );
  expect(statuses).toEqual(['Succeeded']);
});

test.each([
  ['no deployment', { LifecycleEventHookExecutionId: 'an-execution' }, 'DeploymentId'],
  ['a deployment that could be a path', { ...event, DeploymentId: '../d' }, 'DeploymentId'],
  ['no execution', { DeploymentId: 'd-EXAMPLE11' }, 'LifecycleEventHookExecutionId'],
  ['nothing', undefined, 'DeploymentId'],
])('an event with %s is refused: there is nobody to answer', async (_, wrong, missing) => {
  const checked = async (): Promise<Verdict> => {
    throw new Error('must not run');
  };
  await expect(answerHook(wrong, context(), async () => undefined, checked)).rejects.toThrow(missing);
});
