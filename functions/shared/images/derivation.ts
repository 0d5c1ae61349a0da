import type { Description, OriginalFormat } from './record.ts';
import type { OutputSpec } from './recipe.ts';

/** An output before it has a key: sizes are pixels. */
export type DerivedOutput = OutputSpec & { height: number; bytes: Uint8Array };

/** The result of a recipe for the bytes of one original. Width and height are the original's, upright, in pixels. */
export type Derivation = {
  format: OriginalFormat;
  width: number;
  height: number;
  outputs: DerivedOutput[];
  description: Description;
};
