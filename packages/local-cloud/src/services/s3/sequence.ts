import type { Clock } from '../../core/clock.ts';

/**
 * Numbers that only grow, across restarts too: 18 hexadecimal digits, as S3's sequencers are, of seconds and parts of a second.
 * They compare as text.
 */
export function createSequence(clock: Clock): () => string {
  let last = 0n;
  return () => {
    const now = (BigInt(clock.now().getTime()) << 32n) / 1000n;
    last = now > last ? now : last + 1n;
    return last.toString(16).toUpperCase().padStart(18, '0');
  };
}

/** As an event shows it. S3's sequencers differ in length: readers must pad the shorter one with zeros on its right. */
export function sequencerOf(sequence: string): string {
  return sequence.replace(/(00)+$/, '');
}
