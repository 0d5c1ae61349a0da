import { imageIds, MOST_IMAGES } from '../shared/gallery/image-ids.ts';
import { tileOf, substanceOf } from '../shared/gallery/present.ts';
import { Problem } from '../shared/gallery/problem.ts';
import { belongsTo, isDeleted, type Records } from '../shared/gallery/records-of-image.ts';
import { ownerFor, type User } from '../shared/gallery/user.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { newest } from './newest.ts';
import type { Ports } from './ports.ts';

/** `substance` is what an ETag may be made of; `page` signs the URLs, which is the dearest part. */
export type Listed = { substance: unknown; page: () => Promise<{ images: object[]; next?: string }> };

/** A page of an owner's images, newest first; or, with `ids`, the state of some. Throws a Problem for what cannot be asked. */
export async function listImages(ports: Ports, user: User, query: URLSearchParams): Promise<Listed> {
  const owner = ownerFor(user, query.get('owner'));
  const ids = query.get('ids');
  if (ids !== null) {
    if (query.has('cursor') || query.has('limit')) {
      throw new Problem('invalid-request', 'Ask either for "ids" or for a page, by "cursor" and "limit".');
    }
    const found = await recordsOf(ports, owner, imageIds(ids));
    return listed(
      ports,
      found.map(([imageId, records]) => [imageId, isDeleted(records) ? undefined : records]),
    );
  }

  const limit = readLimit(query.get('limit'));
  const cursor = query.get('cursor');
  const before = cursor === null ? undefined : readCursor(ports.cursorKey, owner, cursor);
  const { imageIds: newestIds, last } = await newest(ports, owner, before, limit);
  // The index is slightly behind the table. Images that were deleted since are left out, so the page may be shorter.
  const alive = (await recordsOf(ports, owner, newestIds)).filter(([, records]) => !isDeleted(records));
  return listed(ports, alive, last === undefined ? undefined : writeCursor(ports.cursorKey, owner, last));
}

/** In the order asked for, without those of others and those that nothing is known of. */
async function recordsOf(
  { readRecords }: Ports,
  owner: string,
  ids: readonly string[],
): Promise<[imageId: string, records: Records][]> {
  const found = ids.length === 0 ? new Map<string, Records>() : await readRecords(ids);
  return ids.flatMap((imageId): [string, Records][] => {
    const records = found.get(imageId);
    return belongsTo(records, owner) ? [[imageId, records]] : [];
  });
}

function listed(ports: Ports, found: readonly (readonly [string, Records | undefined])[], next?: string): Listed {
  const urls = ports.pictureUrls(ports.now());
  return {
    substance: [
      urls.period,
      next,
      found.map(([imageId, records]) => (records ? substanceOf(records) : [imageId, 'deleted'])),
    ],
    page: async () => ({
      images: await Promise.all(
        found.map(async ([imageId, records]) => (records ? tileOf(records, urls) : { imageId, status: 'deleted' })),
      ),
      ...(next !== undefined && { next }),
    }),
  };
}

function readLimit(text: string | null): number {
  if (text === null) return MOST_IMAGES;
  const limit = /^\d{1,3}$/u.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST_IMAGES) return limit;
  throw new Problem('invalid-request', `The parameter "limit" must be a number from 1 to ${MOST_IMAGES}.`);
}
