import { phases, type Cursor, type RecentCursor } from './ports.ts';

/** As the table keeps a cursor. */
type StoredCursor = { phase: string; after?: string; revision: number; state?: State };
type State = { readonly [name: string]: unknown };
type WritableCursor = StoredCursor & { state: { readonly [name: string]: string | number | undefined } };

/** A phase of another version of this function is not one of ours: begin again. So does a cursor without a date, which none of ours is. */
export function fullCursor({ phase, after, revision, state = {} }: StoredCursor, now: Date): Cursor {
  const ours = phases.find((name) => name === phase) ?? 'originals';
  const startedAt = textOf(state, 'startedAt') ?? now.toISOString();
  const [pendingSince, sentence, invocationId] = [
    textOf(state, 'pendingSince'),
    textOf(state, 'failure'),
    textOf(state, 'failedBy'),
  ];
  return {
    ...{ phase: ours, revision, startedAt, runs: Number(state['runs'] ?? 0) },
    ...(after !== undefined && ours === phase && { after }),
    ...(pendingSince !== undefined && { pendingSince }),
    ...(sentence !== undefined && invocationId !== undefined && { failure: { sentence, invocationId } }),
  };
}

export function storedCursor({
  phase,
  after,
  revision,
  startedAt,
  runs,
  pendingSince,
  failure,
}: Cursor): WritableCursor {
  const state = { startedAt, runs, pendingSince, failure: failure?.sentence, failedBy: failure?.invocationId };
  return { phase, revision, state, ...(after !== undefined && { after }) };
}

export function recentCursor({ after, revision, state = {} }: StoredCursor): RecentCursor {
  const pendingSince = textOf(state, 'pendingSince');
  const since = textOf(state, 'since');
  return {
    // Without a date it cannot be continued: the next pass begins again, with a date of its own.
    ...{ revision, since: since ?? '' },
    ...(after !== undefined && since !== undefined && { after }),
    ...(pendingSince !== undefined && { pendingSince }),
  };
}

export function storedRecentCursor({ after, revision, since, pendingSince }: RecentCursor): WritableCursor {
  return { phase: 'recent', revision, state: { since, pendingSince }, ...(after !== undefined && { after }) };
}

function textOf(state: State, name: string): string | undefined {
  const value = state[name];
  return typeof value === 'string' ? value : undefined;
}
