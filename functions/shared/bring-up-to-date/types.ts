import type { Image, OriginalVersion } from '../images/image.ts';
import type { ImageRecord, OpenAttempt } from '../images/record.ts';
import type { Recipe } from '../images/recipe.ts';
import type { Ports, Worker } from './ports.ts';

/** One call of the use case: what it is to do, with what. */
export type Task = Readonly<{ ports: Ports; worker: Worker; image: Image; recipe: Recipe; id: string }>;

/** What steps 1 and 2 read: the record, then the original. Decisions are based on it, and hold only while neither has changed. */
export type Seen = { before: ImageRecord | undefined; original: OriginalVersion | undefined };

/** A record that says what the result for an image is. */
export type FinalRecord = ImageRecord & { status: 'ready' | 'rejected' | 'deleted' };

/** The record to write by steps 7 to 9, and the open attempts that the same write removes. */
export type Commit = { record: FinalRecord; resolved: readonly OpenAttempt[] };

/** Another writer was first, or the original changed in the meantime: what was read no longer holds. Start again at step 1. */
export type Conflict = 'conflict';
