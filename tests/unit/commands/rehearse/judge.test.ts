import { createHash } from 'node:crypto';
import type { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import type { GetObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';

import { createJudge } from '../../../../commands/rehearse/judge.ts';
import { drawPictures, type Picture } from '../../../../commands/rehearse/pictures.ts';
import type { Stack } from '../../../../commands/rehearse/stack.ts';
import '../../../support/open-libvips.ts';

let pictures: Picture[];
beforeAll(async () => {
  pictures = await drawPictures(2);
});

const size = { width: 128, height: 85 };

async function thumbnail(picture: Picture): Promise<Buffer> {
  return sharp(picture.jpeg).autoOrient().resize(size).webp().toBuffer();
}

function black(): Promise<Buffer> {
  return sharp({ create: { ...size, channels: 3, background: '#000' } })
    .webp()
    .toBuffer();
}

/** A stack of one function, whose table and bucket hold what a test puts there. */
function workshop() {
  const records = new Map<string, object>();
  const files = new Map<string, Uint8Array>();
  const dynamoDb = {
    send: async ({ input }: BatchGetItemCommand) => {
      const ids = input.RequestItems?.['images']?.Keys?.map(({ imageId }) => imageId?.S ?? '') ?? [];
      return { Responses: { images: ids.flatMap((id) => records.get(id) ?? []) } };
    },
  };
  const s3 = {
    send: async ({ input }: GetObjectCommand) => {
      const file = files.get(input.Key ?? '');
      if (file === undefined) throw Object.assign(new Error('gone'), { name: 'NoSuchKey' });
      return { Body: { transformToByteArray: async () => file } };
    },
  };
  const stack = {
    aws: { dynamoDb, s3 },
    functions: [{ name: 'generate-thumbnails', functionName: 'thumbs', recipe: 'thumbnails' }],
    uploadsBucket: 'uploads',
    thumbnailsBucket: 'thumbnails',
    imagesTable: 'images',
  } as unknown as Stack;

  /** What a version of the function has made of a photograph. */
  const made = (key: string, file: Uint8Array, more: object = {}): void => {
    const imageId = createHash('sha256').update(`uploads/${key}`).digest('hex');
    const output = { key: `${key}-${String(files.size)}`, ...size, format: 'webp', bytes: file.length };
    files.set(output.key, file);
    const record = { imageId, recipe: 'thumbnails', status: 'ready', versionId: 'v1', processedBy: '4' };
    records.set(imageId, marshall({ ...record, outputs: [output], ...more }));
  };
  const photograph = (key: string, picture = pictures[0]) => {
    if (picture === undefined) throw new Error('there is no picture');
    return { key, versionId: 'v1', eTag: '"e"', picture };
  };
  return { judge: createJudge(stack), made, photograph };
}

const nothing = new Set<string>();

test('a photograph waits until its record speaks of it, and is right when the picture is', async () => {
  const { judge, made, photograph } = workshop();
  const one = photograph('a.jpg');
  expect(await judge.look([one], nothing)).toMatchObject({ waiting: 1 });
  const right = await thumbnail(one.picture);
  made('a.jpg', right, { versionId: 'v0' });
  expect(await judge.look([one], nothing)).toMatchObject({ waiting: 1 });
  made('a.jpg', right, { status: 'pending' });
  expect(await judge.look([one], nothing)).toMatchObject({ waiting: 1 });
  made('a.jpg', right);
  expect(await judge.look([one], nothing)).toMatchObject({ right: 1, waiting: 0, wrong: 0, problems: [] });
});

test('one that was stored sideways is judged upright', async () => {
  const { judge, made, photograph } = workshop();
  const one = photograph('a.jpg', pictures[1]);
  made('a.jpg', await thumbnail(one.picture));
  expect(await judge.look([one], nothing)).toMatchObject({ right: 1 });
  made(
    'a.jpg',
    await sharp(one.picture.jpeg)
      .resize({ ...size, fit: 'fill' })
      .webp()
      .toBuffer(),
  );
  expect(await judge.look([one], nothing, true)).toMatchObject({ wrong: 1 });
});

test('a black one is wrong, and healed when it looks right again: both pictures are kept', async () => {
  const { judge, made, photograph } = workshop();
  const one = photograph('a.jpg');
  made('a.jpg', await black());
  expect(await judge.look([one], nothing)).toMatchObject({
    wrong: 1,
    problems: [expect.stringContaining('it looks different')],
  });
  made('a.jpg', await thumbnail(one.picture));
  const { right, healed } = await judge.look([one], nothing);
  expect(right).toBe(1);
  expect(healed).toEqual([
    { key: 'a.jpg', before: expect.stringMatching(/^data:image\/webp/u), after: expect.stringMatching(/^data:/u) },
  ]);
});

test('what a withdrawn version made is wrong however it looks, until another one has made it', async () => {
  const { judge, made, photograph } = workshop();
  const one = photograph('a.jpg');
  const right = await thumbnail(one.picture);
  made('a.jpg', right, { processedBy: '5' });
  expect(await judge.look([one], nothing)).toMatchObject({ right: 1 });
  const withdrawn = new Set(['thumbs:5']);
  expect(await judge.look([one], withdrawn)).toMatchObject({ wrong: 1 });
  made('a.jpg', right);
  expect(await judge.look([one], withdrawn)).toMatchObject({ right: 1, wrong: 0 });
});

test.each([
  ['a rejected one', async () => ({ file: await black(), more: { status: 'rejected', reason: 'damaged' } })],
  ['one of another size', async ({ jpeg }: Picture) => ({ file: await sharp(jpeg).resize(13, 9).webp().toBuffer() })],
  [
    'one that tells of its camera',
    async ({ jpeg }: Picture) => ({ file: await sharp(jpeg).resize(size).keepExif().webp().toBuffer() }),
  ],
])('%s is wrong', async (_what, make: (picture: Picture) => Promise<{ file: Buffer; more?: object }>) => {
  const { judge, made, photograph } = workshop();
  const one = photograph('a.jpg');
  const { file, more } = await make(one.picture);
  made('a.jpg', file, more);
  expect(await judge.look([one], nothing)).toMatchObject({ wrong: 1, right: 0 });
});
