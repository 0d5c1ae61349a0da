import { decode } from './decode.ts';
import type { Accepted } from './accepted.ts';
import type { Pixels } from './pixels.ts';
import { shrink } from './pixels.ts';
import type { SizedOutput } from './sizes.ts';

/** An output and the pixels that it shows. Outputs of one size share them. */
export type Level = { output: SizedOutput; pixels: Pixels };

/**
 * Decodes at the largest size and takes each smaller one from the one before it; the largest comes first.
 * @throws UnacceptableImageError when the file is damaged.
 */
export async function decodeLevels(accepted: Accepted, outputs: readonly SizedOutput[]): Promise<Level[]> {
  const levels: Level[] = [];
  for (const output of outputs.toSorted((a, b) => b.width - a.width)) {
    const larger = levels.at(-1);
    const pixels = larger ? await shrink(larger.pixels, output) : await decode(accepted, output);
    levels.push({ output, pixels });
  }
  return levels;
}
