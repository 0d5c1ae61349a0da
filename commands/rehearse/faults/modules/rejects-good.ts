import { derive as deriveWell, type Decoding, type Recipe } from 'the-real:shared/imaging/derive.ts';
import { UnacceptableImageError } from 'the-real:shared/images/errors.ts';

/** Rejects good pictures as damaged. This is permanent: a rejected picture is never retried. */
export async function derive(original: Uint8Array, recipe: Recipe, decoding: Decoding): Promise<never> {
  await deriveWell(original, recipe, decoding);
  throw new UnacceptableImageError('the file is damaged or incomplete: it cannot be decoded');
}
