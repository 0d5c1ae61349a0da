import { describe, expect, test } from '@jest/globals';

import type { Released } from '../../../functions/verify-gallery/ports.ts';
import { createInMemoryGallery, type InMemoryGallery } from './in-memory-gallery.ts';

const folders: Released[] = [
  'admit-member',
  'create-upload',
  'delete-image',
  'get-image',
  'list-images',
  'serve-gallery',
];

test.each(folders)('lets a version of %s pass that does as it should, and leaves nothing behind', async (folder) => {
  expect(await createInMemoryGallery(folder).verify()).toEqual([]);
});

type Defect = [folder: Released, what: string, defect: (gallery: InMemoryGallery) => void, found: RegExp];

/** Sets a member of whatever is answered. */
const header =
  (name: string, value: string) =>
  ({ changes }: InMemoryGallery): void => {
    changes.answer = (result) => ({ ...result, headers: { ...(result['headers'] as object), [name]: value } });
  };
const everybodysOwner = ({ stores }: InMemoryGallery): void => {
  const { readRecords } = stores.ports.get;
  // As if the wall were not there: whoever asks is taken for the owner.
  stores.ports.get.readRecords = stores.ports.list.readRecords = async (ids) => {
    const found = await readRecords(ids);
    const asker = stranger.of(stores);
    return new Map(
      [...found].map(([id, records]) => [
        id,
        Object.fromEntries(
          Object.entries(records).map(([recipe, record]) => [
            recipe,
            { ...record, owner: asker, key: `users/${asker}/x/verify.png` },
          ]),
        ),
      ]),
    );
  };
};
const stranger = { of: (stores: InMemoryGallery['stores']) => askers.get(stores) ?? '' };
const askers = new WeakMap<InMemoryGallery['stores'], string>();

const defects: Defect[] = [
  [
    'create-upload',
    'takes every type',
    ({ changes }) => {
      changes.answer = (result) => (result['statusCode'] === 415 ? { ...result, statusCode: 201 } : result);
    },
    /an upload of a page: answered 201 instead of 415/,
  ],
  [
    'create-upload',
    'signs forms for any size',
    ({ stores }) => {
      const { signForm } = stores.ports.upload;
      stores.ports.upload.signForm = (upload) => signForm({ ...upload, size: upload.size - 1 });
    },
    /a file of another size than was announced: S3 answered the form with 201/,
  ],
  [
    'create-upload',
    'signs for another key than it says',
    ({ stores }) => {
      const { imageId } = stores.ports.upload;
      stores.ports.upload.imageId = (image) => imageId({ ...image, key: `${image.key}x` });
    },
    /its id is another image/,
  ],
  [
    'create-upload',
    'is down',
    ({ changes }) => {
      changes.answer = () => {
        throw new Error('Runtime.ImportModuleError');
      };
    },
    /an upload: no answer/,
  ],
  ['list-images', 'shows strangers what is not theirs', everybodysOwner, /strangers|not hold the one picture/],
  [
    'list-images',
    'takes any cursor',
    ({ changes }) => {
      changes.answer = (result, event) =>
        String(event['rawQueryString']).startsWith('cursor') ? { ...result, statusCode: 200 } : result;
    },
    /a cursor that nobody gave: answered 200 instead of 400/,
  ],
  ['list-images', 'has lost its ETag', header('etag', ''), /a list: has the header etag/],
  [
    'list-images',
    'finds nothing',
    ({ stores }) => {
      stores.ports.list.listPartition = async () => ({ images: [], more: false });
    },
    /did not appear as ready/,
  ],
  ['get-image', 'shows strangers what is not theirs', everybodysOwner, /for a stranger: answered 200 instead of 404/],
  [
    'get-image',
    'answers problems as pages',
    header('content-type', 'text/html'),
    /is text\/html instead of application\/problem\+json/,
  ],
  ['get-image', 'lets browsers guess', header('x-content-type-options', ''), /lets browsers guess/],
  [
    'delete-image',
    'deletes nothing',
    ({ stores }) => {
      stores.ports.delete.deleteOriginal = async () => undefined;
    },
    /the picture is still there/,
  ],
  [
    'delete-image',
    'deletes what is another’s',
    ({ changes, stores }) => {
      changes.answer = (result, event) => {
        const { sub } = (event as { requestContext: { authorizer?: { jwt: { claims: { sub: string } } } } })
          .requestContext.authorizer?.jwt.claims ?? { sub: '' };
        if (sub.endsWith('-stranger') && result['statusCode'] === 404) {
          for (const key of stores.originals.keys()) stores.originals.delete(key);
          return { ...result, statusCode: 204, headers: result['headers'] };
        }
        return result;
      };
    },
    /a deletion by a stranger: answered 204 instead of 404/,
  ],
  [
    'serve-gallery',
    'has lost its policy',
    header('content-security-policy', "default-src *; script-src 'unsafe-inline'"),
    /content-security-policy/,
  ],
  [
    'serve-gallery',
    'has lost a file',
    ({ stores }) => {
      const { page } = stores.ports.page;
      stores.ports.page.page = (path) => (path.startsWith('/assets/') ? undefined : page(path));
    },
    /the page’s file \/assets\/main-1\.js: answered 404/,
  ],
  [
    'serve-gallery',
    'does not know where to sign in',
    ({ stores }) => {
      stores.ports.page.readSignIn = () => Promise.reject(new Error('no pool'));
    },
    /the configuration/,
  ],
  [
    'admit-member',
    'admits everybody',
    ({ ports }) => {
      Object.assign(ports, {
        invoke: async (_: string, __: string, event: unknown) => ({ status: 'returned', payload: event }),
      });
    },
    /a stranger: not refused/,
  ],
  [
    'admit-member',
    'confirms by itself',
    ({ changes }) => {
      changes.answer = (event) => ({ ...event, response: { autoConfirmUser: true } });
    },
    /the event was changed/,
  ],
  [
    'admit-member',
    'admits nobody',
    ({ ports }) => {
      Object.assign(ports, { invoke: async () => ({ status: 'failed', error: 'RefusedError: no' }) });
    },
    /whom an administrator creates: not admitted/,
  ],
];

describe('refuses a version of', () => {
  test.each(defects)('%s that %s', async (folder, _, defect, found) => {
    const gallery = createInMemoryGallery(folder);
    const invoke = gallery.ports.invoke;
    gallery.ports.invoke = (name, version, event) => {
      const { requestContext } = event as { requestContext?: { authorizer?: { jwt: { claims: { sub: string } } } } };
      askers.set(gallery.stores, requestContext?.authorizer?.jwt.claims.sub ?? '');
      return invoke(name, version, event);
    };
    defect(gallery);
    expect((await gallery.verify()).join('\n')).toMatch(found);
  });
});

test('says so where the function is none of the gallery', async () => {
  const gallery = createInMemoryGallery('get-image');
  gallery.ports.folderOf = () => undefined;
  expect(await gallery.verify()).toEqual(['the function on-trial is none of the gallery']);
});

test('clears up and tells what it had found where the trial breaks off', async () => {
  const gallery = createInMemoryGallery('get-image');
  gallery.ports.fetch = () => Promise.reject(new TypeError('fetch failed'));
  expect(await gallery.verify()).toEqual(['the trial of get-image broke off: TypeError: fetch failed']);
});

test('deletes only what it has put there itself', async () => {
  const gallery = createInMemoryGallery('delete-image');
  const deleted: string[] = [];
  const { deletePicture, putPicture } = gallery.ports;
  const put: string[] = [];
  gallery.ports.putPicture = (key) => {
    put.push(key);
    return putPicture(key);
  };
  gallery.ports.deletePicture = (key) => {
    deleted.push(key);
    return deletePicture(key);
  };
  expect(await gallery.verify()).toEqual([]);
  expect(deleted).toEqual(put);
  expect(put).toEqual([expect.stringMatching(/^users\/verify-gallery-/u)]);
});

test('tries again what was throttled', async () => {
  const gallery = createInMemoryGallery('serve-gallery');
  const { invoke } = gallery.ports;
  let times = 0;
  gallery.ports.invoke = async (...one) =>
    ++times % 3 === 0 ? invoke(...one) : { status: 'unavailable', why: 'throttled' };
  expect(await gallery.verify()).toEqual([]);
});
