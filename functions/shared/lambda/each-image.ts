import { changedImages, nameOf, type ImageHint } from './changed-images.ts';
import type { Report } from './report.ts';

/**
 * Does the work for every image that a delivery names, one after the other, since an image that kills the process must not take
 * the blame of another. One that fails does not keep the others from their turn; then throws, so that AWS delivers the whole again,
 * which is harmless for those that are done.
 */
export async function eachImage(
  event: unknown,
  { refused }: Report,
  work: (image: ImageHint) => Promise<void>,
): Promise<void> {
  const images = changedImages(event, refused);
  const failures: { image: ImageHint; error: unknown }[] = [];
  for (const image of images) {
    await work(image).catch((error: unknown) => failures.push({ image, error }));
  }
  const [first] = failures;
  if (first === undefined) return;
  if (images.length === 1) throw first.error;
  // What Lambda puts beside a dead letter is this message.
  throw new AggregateError(
    failures.map(({ error }) => error),
    `${failures.length} of ${images.length} images failed: ` +
      failures.map(({ image, error }) => `${nameOf(image)} (${String(error)})`).join(', '),
    { cause: first.error },
  );
}
