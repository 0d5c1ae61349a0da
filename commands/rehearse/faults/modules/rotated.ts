import { decode as decodeWell, type Accepted, type Size } from 'the-real:shared/imaging/decode.ts';

/** Forgets to turn what a camera stored sideways, and squeezes it into the upright size: every size is right, and the picture is not. */
export async function decode(accepted: Accepted, size: Size): Promise<object> {
  return decodeWell({ ...accepted, orientation: 1 }, size);
}
