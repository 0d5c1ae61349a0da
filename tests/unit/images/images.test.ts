import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { identityOf, imageId, isListed, ownerOf } from '../../../functions/shared/images/image.ts';
import { outputKey, parseOutputKey } from '../../../functions/shared/images/keys.ts';

const attemptIds = fc.uuid();
const specs = fc.record({
  width: fc.integer({ min: 1, max: 65_500 }),
  format: fc.constantFrom('webp' as const, 'avif' as const),
});
const recipeNames = fc.constantFrom('thumbnails' as const, 'renditions' as const);

test('an image is named by the SHA-256 of its bucket and key, as other programs compute it', () => {
  // printf %s uploads/users/ann/café.jpg | sha256sum
  expect(imageId({ bucket: 'uploads', key: 'users/ann/café.jpg' })).toBe(
    '49dd8979404276977eaa69c58178424c8fa6cfcfab78eb3d7b16299073a7b543',
  );
});

describe('ownerOf', () => {
  test.each([
    ['users/ann/cat.jpg', 'ann'],
    ['users/ann/holidays/cat.jpg', 'ann'],
    ['users/日本/c.jpg', '日本'],
    ['users/ann/', '-'],
    ['users//cat.jpg', '-'],
    ['users/ann', '-'],
    ['/users/ann/cat.jpg', '-'],
    ['canary/cat.jpg', '-'],
    ['cat.jpg', '-'],
  ])('of %j is %j', (key, owner) => {
    expect(ownerOf(key)).toBe(owner);
  });
});

test('the hook’s canaries are not listed, everything else is', () => {
  expect(isListed('canary/probe.jpg')).toBe(false);
  expect(isListed('users/ann/canary/cat.jpg')).toBe(true);
});

describe('identityOf', () => {
  test('tells the same bytes uploaded again from those before', () => {
    expect(identityOf({ versionId: '1', eTag: '"a"' })).not.toBe(identityOf({ versionId: '2', eTag: '"a"' }));
  });

  test('tells overwrites apart where versioning is suspended and every version is called null', () => {
    expect(identityOf({ versionId: 'null', eTag: '"a"' })).not.toBe(identityOf({ versionId: 'null', eTag: '"b"' }));
  });

  test('goes by the ETag where there are no versions', () => {
    expect(identityOf({ eTag: '"a"' })).toBe(identityOf({ eTag: '"a"' }));
  });
});

describe('output keys', () => {
  test('fit S3, need no encoding, and tell whose output they are, whatever the image is called', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1_024 }),
        recipeNames,
        attemptIds,
        specs,
        (key, recipe, attempt, spec) => {
          const id = imageId({ bucket: 'uploads', key });
          const output = outputKey(recipe, id, attempt, spec);
          expect(output).toMatch(/^[a-z]+\/[\da-f]{64}\/[\da-f-]{36}\/\d+\.(webp|avif)$/);
          expect(parseOutputKey(output)).toEqual({ recipe, imageId: id });
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('keys of other objects are not mistaken for output keys', () => {
    const id = '0'.repeat(64);
    for (const key of [
      '',
      'index.html',
      `thumbnails/${id}`,
      `thumbnails/${id}/x`,
      `other/${id}/x/1.webp`,
      `thumbnails/${id}/x/y/1.webp`,
    ]) {
      expect(parseOutputKey(key)).toBeUndefined();
    }
  });
});
