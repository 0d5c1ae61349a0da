import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClock } from '../../src/core/clock.ts';
import { createSequence, sequencerOf } from '../../src/services/s3/sequence.ts';

const standing = (iso: string) => ({ ...createClock(), now: () => new Date(iso) });

test('a sequence grows though the clock stands still', () => {
  const next = createSequence(standing('2026-01-01T00:00:00.000Z'));
  const made = Array.from({ length: 1000 }, next);
  expect(made).toEqual([...new Set(made)].sort());
  expect(made[0]).toMatch(/^00[0-9A-F]{16}$/);
});

test('a sequence that begins later is greater than all of one that began before', () => {
  const before = createSequence(standing('2026-01-01T00:00:00.000Z'));
  const after = createSequence(standing('2026-01-01T00:00:00.001Z'));
  const last = Array.from({ length: 1000 }, before).at(-1) ?? '';
  expect(last < after()).toBe(true);
});

test('sequencers in events compare as text after padding with zeros on the right', () => {
  const sequence = fc.bigInt(0n, 2n ** 64n - 1n).map((value) => value.toString(16).toUpperCase().padStart(18, '0'));
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      const [padA, padB] = [a, b].map((one) => sequencerOf(one).padEnd(18, '0'));
      expect([padA, padB]).toEqual([a, b]);
    }),
  );
  expect(sequencerOf('0055AED6DCD9020000')).toBe('0055AED6DCD902');
});
