import { serverClock } from '../api/config.ts';
import { api } from '../api/page-api.ts';
import type { ImageDetails } from '../api/types.ts';
import { goodUntil } from '../images/pictures.ts';

/** ms for which an answer is not asked for again: long enough to leaf to and fro; less while something is still being made. */
const LASTS = 20_000;
const LASTS_UNFINISHED = 1_000;
/** ms between two looks at what is still being made, and for how long. */
const PACE = 1_500;
const AT_MOST = 5 * 60_000;

type Known = { at: number; lasts: number; answer: Promise<ImageDetails> };
const known = new Map<string, Known>();

/** Whether everything has been made that is made of an image. */
const isFinished = ({ status, recipes }: ImageDetails): boolean =>
  status === 'rejected' || (status === 'ready' && (recipes.renditions ?? { status: 'pending' }).status !== 'pending');

/** All that the API knows of an image. Throws what the API client throws. */
export function detailsOf(imageId: string): Promise<ImageDetails> {
  const last = known.get(imageId);
  if (last !== undefined && Date.now() - last.at < last.lasts) return last.answer;
  const answer = api<ImageDetails>(`/api/images/${imageId}`).then(async (found) => {
    if (found.unchanged) throw new Error('no ETag was sent, and yet nothing has changed');
    const before = await last?.answer.catch(() => undefined);
    const details = before === undefined ? found.body : keepDetailUrls(before, found.body, serverClock.now());
    if (!isFinished(details)) entry.lasts = LASTS_UNFINISHED;
    return details;
  });
  if (known.size > 200) known.clear();
  const entry: Known = { at: Date.now(), lasts: LASTS, answer };
  known.set(imageId, entry);
  answer.catch(() => known.delete(imageId));
  return answer;
}

/** As detailsOf, and again until everything has been made. `show` gets undefined where the answer does not come. Returns how to stop. */
export function followDetails(imageId: string, show: (details: ImageDetails | undefined) => void): () => void {
  const begun = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  async function look(): Promise<void> {
    // A hidden tab asks nothing.
    const details = document.visibilityState === 'visible' ? await detailsOf(imageId).catch(() => undefined) : 'hidden';
    if (stopped) return;
    if (details !== 'hidden') show(details);
    const isOver = details !== 'hidden' && (details === undefined || isFinished(details));
    if (!isOver && Date.now() - begun < AT_MOST) timer = setTimeout(() => void look(), PACE);
  }
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** As keepUrls: the same picture keeps its address while that is good. */
export function keepDetailUrls(older: ImageDetails, newer: ImageDetails, now: number): ImageDetails {
  if (now >= goodUntil(older)) return newer;
  const same = (['thumbnails', 'renditions'] as const).every(
    (recipe) => older.recipes[recipe]?.processedAt === newer.recipes[recipe]?.processedAt,
  );
  return same ? older : newer;
}
