import type { Image } from '../../../../functions/shared/images/image.ts';
import type { Recipe } from '../../../../functions/shared/images/recipe.ts';
import type { OpenAttempt } from '../../../../functions/shared/images/record.ts';

/** The one image that everything is about: images do not meet. */
export const image: Image = { bucket: 'uploads', key: 'users/ann/cat.jpg' };

/** The timeout of every function that makes outputs, ms. */
export const TIMEOUT = 30_000;

/** One invocation of a function. */
export type Actor = {
  id: number;
  version: string;
  recipe: Recipe;
  startedAt: number;
  /** ms; TIMEOUT where none is given. */
  timeoutMs?: number;
  alive: boolean;
  /** It died, or a port failed: what it noted it may not have taken out. */
  disorderly: boolean;
  attempts: OpenAttempt[];
  /** What becomes of the event once the actor is dead. */
  whenDead: () => void;
};
