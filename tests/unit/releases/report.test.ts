import { expect, test } from '@jest/globals';

import { reportHead, withReport } from '../../../functions/shared/releases/report.ts';

const versions = { functionName: 'generate-thumbnails', currentVersion: '7', targetVersion: '8' };
const times = { startedAt: '2026-05-01T12:00:00.000Z', endedAt: '2026-05-01T12:01:00.000Z' };

test.each([
  [[], 'Succeeded'],
  [['the picture is rotated'], 'Failed'],
])('the head of a report with the failures %j says %s', (failures, verdict) => {
  expect(reportHead('verify-before-traffic', 'd-1', versions, failures, times)).toEqual({
    ...{ hook: 'verify-before-traffic', deploymentId: 'd-1', verdict, failures },
    ...versions,
    ...times,
  });
});

test('a verdict names its report', async () => {
  const verdict = await withReport([], async () => 's3://thumbnails/report.json', fail);
  expect(verdict).toEqual({ failures: [], report: 's3://thumbnails/report.json' });
});

test('a report that cannot be written changes no verdict', async () => {
  const errors: unknown[] = [];
  const refused = new Error('AccessDenied');
  const verdict = await withReport(
    ['the picture is rotated'],
    () => Promise.reject(refused),
    (error) => errors.push(error),
  );
  expect(verdict).toEqual({ failures: ['the picture is rotated'] });
  expect(errors).toEqual([refused]);
});

function fail(error: unknown): never {
  throw error;
}
