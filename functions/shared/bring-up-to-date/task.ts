import type { Image, OriginalVersion } from '../images/image.ts';
import type { ImageRecord, OpenAttempt } from '../images/record.ts';
import type { Recipe } from '../images/recipe.ts';
import type { Ports, Worker } from './ports.ts';
import type { Subject } from './build-records.ts';

/** One call of the use case: what it is to do, with what. */
export type Task = {
  readonly ports: Ports;
  readonly worker: Worker;
  readonly image: Image;
  readonly recipe: Recipe;
  readonly id: string;
  /** Our own attempt, from just before it is noted. That it is out again may be said twice. */
  attempt?: OpenAttempt | undefined;
};

/** What was found at one look: the item, then the original. Decisions are made on this, and hold only if nothing has changed since. */
export type Look = { before: ImageRecord | undefined; original: OriginalVersion | undefined };

export function subjectOf({ ports, worker, image, recipe }: Task): Subject {
  return { image, recipe, version: worker.version, now: ports.now() };
}

/** Somebody else wrote first, or the original changed meanwhile: what was found no longer holds, and it is time to look again. */
export type Conflict = 'conflict';
