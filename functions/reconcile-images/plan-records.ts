import type { ImageRecord } from '../shared/images/record.ts';
import type { Announcement } from './plan.ts';

/** Announces the images whose originals are gone, each once, however many records it has. */
export function planRecords(records: readonly ImageRecord[], gone: ReadonlySet<string>): Announcement[] {
  const images = new Map(records.filter(({ imageId }) => gone.has(imageId)).map((record) => [record.imageId, record]));
  return [...images.values()].map(({ bucket, key }) => ({
    act: 'announce',
    image: { bucket, key },
    reasons: [{ finding: 'original gone' }],
  }));
}
