import { beforeAll, expect, jest, test } from '@jest/globals';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { eventually } from 'local-cloud/testing';
import {
  download,
  item,
  messagesIn,
  outcomes,
  outputKeys,
  put,
  queueIsEmpty,
  remove,
  unreferencedOutputs,
} from './support/images.ts';
import { stageUnderTest, type Stage } from './support/stage.ts';

jest.setTimeout(300_000);

let stage: Stage;
beforeAll(async () => {
  stage = await stageUnderTest();
});

function plainPicture(colour: string, width = 900, height = 600): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();
}

test('an upload becomes thumbnails, renditions and metadata', async () => {
  const body = await sharp({ create: { width: 3000, height: 2000, channels: 3, background: '#3366cc' } })
    .withExif({
      IFD0: { Make: 'Acme', Model: 'Acme One' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1' },
    })
    .jpeg()
    .toBuffer();
  const original = await put(stage, 'users/ada/holiday/first.jpg', body);
  const { thumbnails, renditions } = await outcomes(stage, original);
  expect(thumbnails).toMatchObject({
    status: 'ready',
    recipe: 'thumbnails',
    recipeVersion: 2,
    owner: 'ada',
    bucket: stage.output('UploadsBucketName'),
    eTag: original.eTag,
    versionId: original.versionId,
    size: body.length,
    format: 'jpeg',
    width: 3000,
    height: 2000,
    uploadedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
    processedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
    processedBy: expect.stringMatching(/^\d+$/) as unknown,
  });
  expect(thumbnails.outputs.map(({ width, height, format }) => [width, height, format])).toEqual([
    [128, 85, 'webp'],
    [320, 213, 'webp'],
    [640, 427, 'webp'],
  ]);
  expect(renditions.outputs.map(({ width, height, format }) => [width, height, format])).toEqual([
    [1280, 853, 'webp'],
    [2048, 1365, 'webp'],
    [1280, 853, 'avif'],
  ]);
  expect(renditions.dominantColour).toMatch(/^#3[0-9]6[0-9]c[0-9a-f]$/);
  expect(renditions.placeholder).toBeTruthy();
  expect(renditions.exif).toEqual({ camera: expect.stringContaining('Acme One') as unknown });
  for (const output of [...thumbnails.outputs, ...renditions.outputs]) {
    const bytes = await download(stage, output.key);
    const metadata = await sharp(bytes).metadata();
    expect(bytes.length).toBe(output.bytes);
    expect([metadata.width, metadata.height]).toEqual([output.width, output.height]);
    expect(metadata.exif).toBeUndefined();
  }
});

test('overwriting an original replaces its outputs, also when the same bytes come back (A, B, A)', async () => {
  const [red, blue] = [await plainPicture('#dd0000'), await plainPicture('#0000dd')];
  for (const [body, colour] of [
    [red, 0],
    [blue, 2],
    [red, 0],
  ] as const) {
    const original = await put(stage, 'users/ada/changing.jpg', body);
    const { thumbnails } = await outcomes(stage, original);
    const { dominant } = await sharp(await download(stage, thumbnails.outputs[0]?.key ?? '')).stats();
    expect([dominant.r, dominant.g, dominant.b][colour]).toBeGreaterThan(180);
  }
  await queueIsEmpty(stage);
  await eventually('only the newest outputs to be left', async () => {
    const left = await unreferencedOutputs(stage, [{ key: 'users/ada/changing.jpg' }]);
    return left.length === 0;
  });
});

test('deleting an original removes its outputs and leaves a tombstone', async () => {
  const original = await put(stage, 'users/ada/short-lived.jpg', await plainPicture('#00aa00'));
  await outcomes(stage, original);
  await remove(stage, original.key);
  for (const recipe of ['thumbnails', 'renditions'] as const) {
    const tombstone = await eventually(`the tombstone in ${recipe}`, async () => {
      const found = await item(stage, original.key, recipe);
      return found?.status === 'deleted' && found;
    });
    expect(tombstone.expiresAt).toBeGreaterThan(Date.now() / 1000);
  }
  await eventually('the outputs to be gone', async () => (await outputKeys(stage, [original])).length === 0);

  const again = await put(stage, original.key, await plainPicture('#00aa00'));
  const { thumbnails } = await outcomes(stage, again);
  expect(thumbnails.status).toBe('ready');
  expect(thumbnails.expiresAt).toBeUndefined();
});

test('what is no acceptable image is rejected with a reason for a person, and neither retried nor dead-lettered', async () => {
  const jpeg = await plainPicture('#884422');
  const cases: [string, Uint8Array, RegExp][] = [
    [
      'notes.jpg',
      Buffer.from('Dear diary, this is no picture.'),
      /only JPEG, PNG, WebP, GIF, AVIF and HEIC images are accepted/,
    ],
    ['empty.jpg', Buffer.alloc(0), /empty/i],
    ['half.jpg', jpeg.subarray(0, Math.floor(jpeg.length / 2)), /./],
    ['drawing.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), /svg/i],
    ['tall.png', pngHeader(1, 50_000_000), /1 x 50000000 pixels: the longest side may be at most 20000/],
    ['big.jpg', Buffer.concat([jpeg, Buffer.alloc(26_000_000)]), /at most 25 MB/],
  ];
  const originals = await Promise.all(cases.map(([name, body]) => put(stage, `users/mallory/${name}`, body)));
  const results = await Promise.all(originals.map((original) => outcomes(stage, original)));
  for (const [index, { thumbnails, renditions }] of results.entries()) {
    const reason = cases[index]?.[2] ?? /$^/;
    for (const record of [thumbnails, renditions]) {
      expect(record).toMatchObject({
        status: 'rejected',
        outputs: [],
        reason: expect.stringMatching(reason) as unknown,
      });
    }
  }
  await queueIsEmpty(stage);
  expect(await messagesIn(stage, 'RenditionsDeadLetterQueueUrl')).toBe(0);
  expect(await messagesIn(stage, 'ThumbnailsFailureQueueUrl')).toBe(0);
});

/** A PNG that claims a size and holds no pixels. */
function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.from('789c030000000001', 'hex')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(named.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(named, 4);
  frame.writeUInt32BE(crc32(named), named.length + 4);
  return frame;
}
