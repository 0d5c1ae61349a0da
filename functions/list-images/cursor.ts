import { createHmac, timingSafeEqual } from 'node:crypto';

import { Problem } from '../shared/gallery/problem.ts';

/** Bytes of the signature: 128 bits cannot be guessed. */
const SIGNATURE = 16;

/**
 * A place in one owner's list, as text that only we can make. What it holds is no secret. A signature, so that nobody can try positions
 * of their own; whose list is read is never the cursor's to say.
 */
export function writeCursor(key: string, owner: string, position: string): string {
  return Buffer.concat([signature(key, owner, position), Buffer.from(position)]).toString('base64url');
}

/** The position. Throws a Problem for a cursor that was not made by us for this owner, or was changed since. */
export function readCursor(key: string, owner: string, cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const position = bytes.subarray(SIGNATURE).toString('utf8');
  // Accept only one text for each cursor: base64 has several for the same bytes, and its decoder ignores invalid characters.
  const isOurs =
    bytes.length > SIGNATURE &&
    bytes.toString('base64url') === cursor &&
    timingSafeEqual(bytes.subarray(0, SIGNATURE), signature(key, owner, position));
  if (!isOurs)
    throw new Problem('invalid-cursor', 'The cursor is not one that this list has given. Begin again without one.');
  return position;
}

function signature(key: string, owner: string, position: string): Buffer {
  // Neither holds a line end, so that no two pairs are the same text.
  return createHmac('sha256', key).update(`cursor\n${owner}\n${position}`).digest().subarray(0, SIGNATURE);
}
