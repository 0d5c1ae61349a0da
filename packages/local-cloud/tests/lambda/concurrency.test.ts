import { expect, test } from '@jest/globals';
import { measureConcurrency } from '../../src/services/cloudwatch/lambda-metrics.ts';
import { createConcurrency } from '../../src/services/lambda/concurrency.ts';

const reserved: Record<string, number> = { renditions: 20, idle: 5 };

function account() {
  return createConcurrency(
    (name) => reserved[name],
    () => 25,
  );
}

test('the peak of a minute is what ran at once, and what reservations claim whether used or not', () => {
  const concurrency = account();
  const leave = [1, 2, 3].map(() => concurrency.enter('thumbnails'));
  concurrency.enter('renditions');
  for (const one of leave) one?.();
  expect(concurrency.takePeak()).toEqual({ executions: 4, unreserved: 3, claimed: 28 });
  // One still runs: it counts for the next minute as well.
  expect(concurrency.takePeak()).toEqual({ executions: 1, unreserved: 0, claimed: 25 });
});

test('it is published for the account as a whole, without dimensions, and without zeros', () => {
  const { executions, unreserved, claimed } = account().takePeak();
  const values = measureConcurrency({ executions, unreserved, claimed }).map(({ metric, samples }) => [
    metric,
    samples.max,
  ]);
  expect(values).toEqual([[{ namespace: 'AWS/Lambda', name: 'ClaimedAccountConcurrency', dimensions: {} }, 25]]);
  const names = measureConcurrency({ executions: 2, unreserved: 1, claimed: 26 }).map(({ metric: { name } }) => name);
  expect(names).toEqual(['ConcurrentExecutions', 'UnreservedConcurrentExecutions', 'ClaimedAccountConcurrency']);
});
