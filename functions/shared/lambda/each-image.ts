import { changedImages, nameOf, type ImageHint } from './changed-images.ts';
import type { Report } from './report.ts';

/**
 * Does the work for every image that a delivery names, one after the other: if an image kills the process, no other image must be blamed.
 * After a failure the others are still processed; then this throws, so that AWS delivers the event again. That is idempotent for the
 * images that are done.
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
  // Lambda stores this message with the dead letter.
  throw new AggregateError(
    failures.map(({ error }) => error),
    `${failures.length} of ${images.length} images failed: ` +
      failures.map(({ image, error }) => `${nameOf(image)} (${String(error)})`).join(', '),
    { cause: first.error },
  );
}
