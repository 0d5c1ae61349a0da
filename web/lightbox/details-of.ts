import { serverClock } from '../api/config.ts';
import { api } from '../api/page-api.ts';
import type { ImageDetails } from '../api/types.ts';
import { goodUntil } from '../images/pictures.ts';

/** ms for which an answer is not asked for again: long enough to leaf to and fro. */
const LASTS = 20_000;

const known = new Map<string, { at: number; answer: Promise<ImageDetails> }>();

/** All that the API knows of an image. Throws what the API client throws. */
export function detailsOf(imageId: string): Promise<ImageDetails> {
  const last = known.get(imageId);
  if (last !== undefined && Date.now() - last.at < LASTS) return last.answer;
  const answer = api<ImageDetails>(`/api/images/${imageId}`).then(async (found) => {
    if (found.unchanged) throw new Error('no ETag was sent, and yet nothing has changed');
    const before = await last?.answer.catch(() => undefined);
    return before === undefined ? found.body : keepDetailUrls(before, found.body, serverClock.now());
  });
  if (known.size > 200) known.clear();
  known.set(imageId, { at: Date.now(), answer });
  answer.catch(() => known.delete(imageId));
  return answer;
}

/** As keepUrls: the same picture keeps its address while that is good. */
export function keepDetailUrls(older: ImageDetails, newer: ImageDetails, now: number): ImageDetails {
  if (now >= goodUntil(older)) return newer;
  const same = (['thumbnails', 'renditions'] as const).every(
    (recipe) => older.recipes[recipe]?.processedAt === newer.recipes[recipe]?.processedAt,
  );
  return same ? older : newer;
}
