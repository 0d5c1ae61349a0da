import { beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';

import { drawPictures, type Picture } from '../../../../commands/rehearse/photographs/pictures.ts';
import { black, size, thumbnail, stackFixture } from './support/stack-fixture.ts';

let pictures: Picture[];
beforeAll(async () => {
  pictures = await drawPictures(2);
});

const nothing = new Set<string>();

test('a photograph waits until its record speaks of it, and is right when the picture is', async () => {
  const { checker, made, photograph } = stackFixture(pictures);
  const one = photograph('a.jpg');
  expect(await checker.check([one], nothing)).toMatchObject({ waiting: 1 });
  const right = await thumbnail(one.picture);
  made('a.jpg', right, { versionId: 'v0' });
  expect(await checker.check([one], nothing)).toMatchObject({ waiting: 1 });
  made('a.jpg', right, { status: 'pending' });
  expect(await checker.check([one], nothing)).toMatchObject({ waiting: 1 });
  made('a.jpg', right);
  expect(await checker.check([one], nothing)).toMatchObject({ right: 1, waiting: 0, wrong: 0, problems: [] });
});

test('one that was stored sideways is judged upright', async () => {
  const { checker, made, photograph } = stackFixture(pictures);
  const one = photograph('a.jpg', pictures[1]);
  made('a.jpg', await thumbnail(one.picture));
  expect(await checker.check([one], nothing)).toMatchObject({ right: 1 });
  made(
    'a.jpg',
    await sharp(one.picture.jpeg)
      .resize({ ...size, fit: 'fill' })
      .webp()
      .toBuffer(),
  );
  expect(await checker.check([one], nothing, true)).toMatchObject({ wrong: 1 });
});

test('a black one is wrong, and healed when it looks right again: both pictures are kept', async () => {
  const { checker, made, photograph } = stackFixture(pictures);
  const one = photograph('a.jpg');
  made('a.jpg', await black());
  expect(await checker.check([one], nothing)).toMatchObject({
    wrong: 1,
    problems: [expect.stringContaining('it looks different')],
  });
  made('a.jpg', await thumbnail(one.picture));
  const { right, repaired } = await checker.check([one], nothing);
  expect(right).toBe(1);
  expect(repaired).toEqual([
    { key: 'a.jpg', before: expect.stringMatching(/^data:image\/webp/u), after: expect.stringMatching(/^data:/u) },
  ]);
});

test('what a withdrawn version made is wrong however it looks, until another one has made it', async () => {
  const { checker, made, photograph } = stackFixture(pictures);
  const one = photograph('a.jpg');
  const right = await thumbnail(one.picture);
  made('a.jpg', right, { processedBy: '5' });
  expect(await checker.check([one], nothing)).toMatchObject({ right: 1 });
  const withdrawn = new Set(['thumbs:5']);
  expect(await checker.check([one], withdrawn)).toMatchObject({ wrong: 1 });
  made('a.jpg', right);
  expect(await checker.check([one], withdrawn)).toMatchObject({ right: 1, wrong: 0 });
});

test.each([
  ['a rejected one', async () => ({ file: await black(), more: { status: 'rejected', reason: 'damaged' } })],
  ['one of another size', async ({ jpeg }: Picture) => ({ file: await sharp(jpeg).resize(13, 9).webp().toBuffer() })],
  [
    'one that tells of its camera',
    async ({ jpeg }: Picture) => ({ file: await sharp(jpeg).resize(size).keepExif().webp().toBuffer() }),
  ],
])('%s is wrong', async (_what, make: (picture: Picture) => Promise<{ file: Buffer; more?: object }>) => {
  const { checker, made, photograph } = stackFixture(pictures);
  const one = photograph('a.jpg');
  const { file, more } = await make(one.picture);
  made('a.jpg', file, more);
  expect(await checker.check([one], nothing)).toMatchObject({ wrong: 1, right: 0 });
});
