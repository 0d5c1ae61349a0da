import { expect, test } from '@jest/globals';
import { releaseIdAfter } from '../../../../commands/deploy/release-id-after.ts';
import { readTemplate } from '../../../template/template.ts';

const content = '0123456789abcdef';
const stack = (status: string, ReleaseId: string, updatedAt = '2026-05-01T12:00:00.000Z') => ({
  status,
  updatedAt,
  parameters: { ReleaseId },
});

test('is the content’s own over a stack that is not there, or whose last release succeeded', () => {
  expect(releaseIdAfter(undefined, content)).toBe(content);
  expect(releaseIdAfter(stack('UPDATE_COMPLETE', 'fedcba9876543210'), content)).toBe(content);
  expect(releaseIdAfter(stack('CREATE_COMPLETE', ''), content)).toBe(content);
});

test('is another one after each rollback, in the characters that SAM takes and the template allows', () => {
  const ids = ['2026-05-01T12:00:00.000Z', '2026-05-01T13:00:00.000Z'].map((at) =>
    releaseIdAfter(stack('UPDATE_ROLLBACK_COMPLETE', 'fedcba9876543210', at), content),
  );
  expect(new Set([content, ...ids].map((id) => id.slice(0, 10))).size).toBe(3);
  for (const id of ids)
    expect(id).toMatch(new RegExp(readTemplate().Parameters['ReleaseId']?.AllowedPattern ?? 'no pattern'));
});

test('stays what it is if the stack has this content already, so that nothing is published', () => {
  const salted = releaseIdAfter(stack('UPDATE_ROLLBACK_COMPLETE', 'fedcba9876543210'), content);
  expect(releaseIdAfter(stack('UPDATE_COMPLETE', salted), content)).toBe(salted);
  // Another release was rolled back to it since.
  expect(releaseIdAfter(stack('UPDATE_ROLLBACK_COMPLETE', salted), content)).toBe(salted);
  expect(releaseIdAfter(stack('UPDATE_ROLLBACK_COMPLETE', content), content)).toBe(content);
});
