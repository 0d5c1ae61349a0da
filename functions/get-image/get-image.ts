import { isImageId } from '../shared/gallery/image-ids.ts';
import { detailsOf, substanceOf } from '../shared/gallery/present.ts';
import { Problem } from '../shared/gallery/problem.ts';
import { belongsTo, isDeleted } from '../shared/gallery/records-of-image.ts';
import { ownerFor, type User } from '../shared/gallery/user.ts';
import type { Ports } from './ports.ts';

/** `substance` is what an ETag may be made of; `details` signs the URLs. */
export type Shown = { substance: unknown; details: () => Promise<object> };

/** All that is known of one image. Throws a Problem where the owner has no such image: by the same reads, whether it is another's or none. */
export async function getImage(ports: Ports, user: User, imageId: string, query: URLSearchParams): Promise<Shown> {
  const owner = ownerFor(user, query.get('owner'));
  const records = isImageId(imageId) ? (await ports.readRecords([imageId])).get(imageId) : undefined;
  if (!belongsTo(records, owner) || isDeleted(records)) throw new Problem('not-found', 'There is no such image.');
  const urls = ports.pictureUrls(ports.now());
  return { substance: [urls.period, substanceOf(records)], details: () => detailsOf(records, urls) };
}
