import type { OriginalVersion } from '../images/image.ts';
import { isCurrentFor, poisoned, subjectOf, tombstone } from './build-records.ts';
import { canRetryPoison, hasCrashedTooOften, POISON_REASON, resolvedAttempts } from './poison.ts';
import type { Commit, Seen, Task } from './types.ts';

/** What to do about what was read. `attempt`: only the bytes of the original can tell. */
export type Decision =
  { act: 'nothing' } | ({ act: 'commit' } & Commit) | { act: 'attempt'; original: OriginalVersion };

/** Steps 3 and 4 of the protocol, and the rule for poison: all that is decided before the bytes are read. */
export function decide(task: Task, { before, original }: Seen): Decision {
  const { ports, worker, recipe } = task;
  const attempts = before?.openAttempts ?? [];

  // Step 3: the original is absent.
  if (original === undefined) {
    if (before === undefined || before.status === 'deleted') return { act: 'nothing' };
    return { act: 'commit', record: tombstone(subjectOf(task), before), resolved: attempts };
  }

  // Step 4: the record is up to date already. A poison image is retried, unless attempts of this very version crashed too often.
  const isTooDangerous = hasCrashedTooOften(attempts, original, worker, ports.now());
  if (before && isCurrentFor(before, original, recipe) && (isTooDangerous || !canRetryPoison(before, recipe))) {
    return { act: 'nothing' };
  }
  if (isTooDangerous) {
    const record = poisoned(subjectOf(task), original, before, POISON_REASON);
    return { act: 'commit', record, resolved: resolvedAttempts(attempts, original) };
  }
  return { act: 'attempt', original };
}
