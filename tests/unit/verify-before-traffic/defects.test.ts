import { expect, test } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';

import type { Derivation } from '../../../functions/shared/images/derivation.ts';
import { UnacceptableImageError } from '../../../functions/shared/images/errors.ts';
import { thumbnails, type Recipe } from '../../../functions/shared/images/recipe.ts';
import { goldenPictures } from '../../../functions/verify-before-traffic/golden.ts';
import { derivedOnce, createInMemoryRelease, type Behaviour } from './in-memory-release.ts';

/** A real derivation whose files are then drawn anew; the record goes on saying what it should. */
function redrawn(change: (output: Sharp, original: Uint8Array, size: Size) => Sharp | Promise<Sharp>): Behaviour {
  return changed(async (derivation, original) => {
    const outputs = derivation.outputs.map(async (output) => {
      const { width, height, format } = output;
      const picture = await change(sharp(output.bytes), original, { width, height });
      return { ...output, bytes: await picture.toFormat(format).toBuffer() };
    });
    return { ...derivation, outputs: await Promise.all(outputs) };
  });
}

function changed(
  change: (derivation: Derivation, original: Uint8Array, recipe: Recipe) => Promise<Derivation>,
): Behaviour {
  return { derive: async (original, recipe) => change(await derivedOnce(original, recipe), original, recipe) };
}

type Size = { width: number; height: number };

const ofQuality = (quality: number) =>
  changed(async (derivation) => {
    const outputs = derivation.outputs.map(async (output) => {
      return { ...output, bytes: await sharp(output.bytes).webp({ quality }).toBuffer() };
    });
    return { ...derivation, outputs: await Promise.all(outputs) };
  });

const bytesOf = (name: string) => goldenPictures.find((picture) => picture.name === name)?.bytes ?? new Uint8Array();
const sideways = (degrees: number) =>
  redrawn(async (output, _, size) => sharp(await output.rotate(degrees).toBuffer()).resize({ ...size, fit: 'fill' }));
/** Cut out one place too far, and filled up with its last pixels. */
function shifted(dx: number, dy: number) {
  return async (output: Sharp, _: Uint8Array, { width, height }: Size): Promise<Sharp> => {
    const [left, top] = [Math.max(0, -dx), Math.max(0, -dy)];
    const rest = { left, top, width: width - Math.abs(dx), height: height - Math.abs(dy) };
    const filled = {
      left: Math.max(0, dx),
      right: left,
      top: Math.max(0, dy),
      bottom: top,
      extendWith: 'copy',
    } as const;
    return sharp(await output.extract(rest).extend(filled).png().toBuffer());
  };
}

const colours = /its colours are off by [\d.]+ in the mean and [\d.]+ at worst \(at most 2 and 20\)/u;

// What else is in a failure than the first problem is told in the report, and as a number here.
test.each<[defect: string, picture: string, Behaviour, failure: RegExp]>([
  [
    'a picture on its side',
    'orientation-6.jpg',
    sideways(90),
    /128 x 90 webp: it is turned by 90 degrees clockwise; its colours/u,
  ],
  [
    'a picture on its other side',
    'orientation-8.jpg',
    sideways(270),
    /it is turned by 90 degrees anticlockwise; its colours/u,
  ],
  ['a picture upside down', 'orientation-3.jpg', sideways(180), /it is turned by 180 degrees; its colours/u],
  ['a mirrored picture', 'orientation-2.jpg', redrawn((output) => output.flop()), /it is mirrored; its colours/u],
  [
    'a mirrored picture on its side',
    'orientation-5.jpg',
    redrawn(async (output, _, size) =>
      sharp(await output.flop().toBuffer())
        .rotate(90)
        .resize({ ...size, fit: 'fill' }),
    ),
    /it lies on its side and is mirrored; its colours/u,
  ],
  ['a black picture', 'orientation-1.jpg', redrawn((output) => output.linear(0, 0)), /it is black; its colours/u],
  ['a picture that is a tenth darker', 'turned.webp', redrawn((output) => output.linear(0.9, 0)), colours],
  [
    'a picture shifted by one pixel to the right',
    'orientation-1.jpg',
    redrawn(shifted(1, 0)),
    /128 x 90 webp is shifted by (?:1|1\.[01]\d?|0\.9\d?) pixels to the right and -?0(?:\.[01]\d?)? down/u,
  ],
  [
    'a picture shifted by one pixel up',
    'alpha.png',
    redrawn(shifted(0, -1)),
    /128 x 90 webp is shifted by -?0(?:\.[01]\d?)? pixels to the right and -(?:1|1\.[01]\d?|0\.[89]\d?) down/u,
  ],
  ['a picture without colours', 'turned.avif', redrawn((output) => output.greyscale()), colours],
  [
    'a profile that was ignored',
    'display-p3.jpg',
    redrawn((_, original, size) => sharp(original, { ignoreIcc: true }).resize({ ...size, fit: 'fill' })),
    colours,
  ],
  [
    'the wrong frame',
    'animated.gif',
    redrawn((_, original, size) => sharp(original, { page: 1 }).resize(size)),
    /it is black/u,
  ],
  ['inverted ink', 'cmyk.jpg', redrawn((output) => output.negate()), /its colours are off by .* \(at most 6 and 20\)/u],
  ['transparency that was lost', 'alpha.png', redrawn((output) => output.flatten({ background: '#fff' })), colours],
  [
    'a picture that was enlarged from half its size',
    'grey.jpg',
    redrawn(async (output, _, size) => {
      const half = await output.resize({ width: size.width / 2 }).toBuffer();
      return sharp(half).resize({ ...size, fit: 'fill' });
    }),
    /128 x 90 webp is blurred: a detail of [\d.]+, not [\d.]+ to [\d.]+/u,
  ],
  [
    'a picture that is all edges',
    'progressive.jpg',
    redrawn((output) => output.sharpen({ sigma: 1, m1: 2, m2: 3 })),
    /128 x 32 webp is jagged or noisy: a detail of/u,
  ],
  ['a quality at which one sees it', 'grey.jpg', ofQuality(20), /128 x 90 webp has \d+ bytes, not \d+ to \d+/u],
  [
    'a turn that only JPEG is given',
    'turned.avif',
    redrawn(async (output, _, size) => sharp(await output.rotate(90).toBuffer()).resize({ ...size, fit: 'fill' })),
    /it is turned by 90 degrees clockwise; its colours/u,
  ],
  [
    'a grey picture that is refused',
    'grey.jpg',
    { derive: () => Promise.reject(new UnacceptableImageError('the JPEG file is damaged')) },
    /it is rejected, not ready: the JPEG file is damaged/u,
  ],
  [
    'a file of a tenth of its size',
    'orientation-1.jpg',
    redrawn((output, _, { width }) => output.resize({ width: Math.ceil(width / 10) })),
    /the file of 128 x 90 webp is 13 x 9 webp/u,
  ],
  [
    'an output that is missing',
    'progressive.jpg',
    changed(async (derivation) => ({ ...derivation, outputs: derivation.outputs.slice(1) })),
    /it has the outputs .*, not 128 x 32 webp, /u,
  ],
  [
    'a size that was taken for another',
    'orientation-6.jpg',
    changed(async (derivation) => ({ ...derivation, width: derivation.height, height: derivation.width })),
    /it is taken for 112 x 160 jpeg, not for 160 x 112 jpeg/u,
  ],
  [
    'EXIF that is passed on',
    'orientation-1.jpg',
    redrawn((_, original, size) => sharp(original).autoOrient().resize(size).keepExif()),
    /128 x 90 webp carries EXIF/u,
  ],
  [
    'all metadata that is passed on',
    'display-p3.jpg',
    redrawn((output) =>
      output
        .withIccProfile('p3')
        .withExif({ IFD0: { Make: 'x' } })
        .withXmp('<x/>'),
    ),
    /carries EXIF and XMP and a colour profile/u,
  ],
  [
    'a file of many times the bytes',
    'turned.webp',
    changed(async (derivation) => {
      const bloated = ({ bytes }: { bytes: Uint8Array }) => Buffer.concat([bytes, Buffer.alloc(30_000)]);
      return { ...derivation, outputs: derivation.outputs.map((output) => ({ ...output, bytes: bloated(output) })) };
    }),
    /128 x 90 webp has \d+ bytes, not \d+ to \d+/u,
  ],
  [
    'a file that is damaged',
    'turned.webp',
    changed(async (derivation) => {
      const outputs = derivation.outputs.map((output) => ({ ...output, bytes: output.bytes.slice(0, 300) }));
      return { ...derivation, outputs };
    }),
    /128 x 90 webp cannot be decoded: Error/u,
  ],
  [
    'a bomb that is accepted',
    'bomb.png',
    { derive: () => derivedOnce(bytesOf('turned.webp'), thumbnails) },
    /it is ready, not rejected/u,
  ],
  [
    'a damaged file that is accepted',
    'truncated.jpg',
    { derive: () => derivedOnce(bytesOf('orientation-1.jpg'), thumbnails) },
    /it is ready, not rejected/u,
  ],
  [
    'a bomb that is refused by chance',
    'bomb.png',
    { record: (record) => ({ ...record, reason: 'no memory' }) },
    /it is rejected for another reason than \/pixels\/: no memory/u,
  ],
  [
    'a good picture that is refused',
    'alpha.png',
    { derive: () => Promise.reject(new UnacceptableImageError('the PNG file is damaged')) },
    /it is rejected, not ready: the PNG file is damaged/u,
  ],
  [
    'a picture that is left pending',
    'alpha.png',
    { record: (record) => ({ ...record, status: 'pending', recipeVersion: 0, lastError: 'S3 is down', outputs: [] }) },
    /it is pending, not ready: S3 is down/u,
  ],
  [
    'a record that is stale from the beginning',
    'alpha.png',
    { record: (record) => ({ ...record, recipeVersion: 0 }) },
    new RegExp(`its record says that it was made by version 0 of the recipe, not ${thumbnails.version}$`, 'u'),
  ],
  [
    'a record of another image',
    'bomb.png',
    { record: (record) => ({ ...record, key: 'another.png' }) },
    /its record is of verification\/another.png, not of verification\/d-EXAMPLE11\/8\/bomb.png/u,
  ],
  [
    'a record of another state of the image',
    'bomb.png',
    { record: (record) => ({ ...record, eTag: 'an-etag' }) },
    /its record is of the ETag an-etag, not "an-etag"/u,
  ],
  [
    'a place in the record of a thumbnail',
    'orientation-1.jpg',
    { record: (record) => ({ ...record, exif: { ...record.exif, gps: '52° 31′ N' } }) },
    /the record tells \{"gps":.*\} of the camera, not \{\}/u,
  ],
  [
    'a file that browsers take for a download',
    'alpha.png',
    { headers: { contentType: 'application/octet-stream' } },
    /128 x 90 webp has the content type application\/octet-stream, not image\/webp/u,
  ],
  [
    'a file that anybody may cache',
    'alpha.png',
    { headers: { cacheControl: 'public, max-age=31536000, immutable' } },
    /128 x 90 webp may be cached as public, max-age=31536000, immutable, not as private/u,
  ],
  [
    'a key that the next attempt writes again',
    'alpha.png',
    { outputKey: (key) => key.replace('/attempt/', '/') },
    /128 x 90 webp lies under thumbnails\/[\da-f]{64}\/128.webp, not under thumbnails\/[\da-f]{64}\/<the attempt>\/128.webp/u,
  ],
  [
    'an error that quotes half a megabyte',
    'alpha.png',
    { record: (record) => ({ ...record, status: 'pending', lastError: 'x'.repeat(500_000) }) },
    /it is pending, not ready: x{400,500}…/u,
  ],
  ['a record that is not written', 'alpha.png', { record: () => undefined }, /no record was written/u],
  [
    'the work of another version',
    'alpha.png',
    { record: (record) => ({ ...record, processedBy: '7' }) },
    /it was made by version 7, not by 8/u,
  ],
  [
    'outputs that the record names in vain',
    'alpha.png',
    {
      record: (record) => ({
        ...record,
        outputs: record.outputs.map((output) => ({ ...output, key: `${output.key}.lost` })),
      }),
    },
    /128 x 90 webp is not in the bucket/u,
  ],
  [
    'bytes that the record counts wrongly',
    'alpha.png',
    { record: (record) => ({ ...record, outputs: record.outputs.map((output) => ({ ...output, bytes: 1 })) }) },
    /128 x 90 webp has \d+ bytes, but the record says 1/u,
  ],
])('%s fails', async (_, name, fresh, failure) => {
  const given = goldenPictures.filter((picture) => picture.name === name);
  const { verify, reports, failed } = createInMemoryRelease({ fresh, given });

  const { failures } = await verify();

  expect(failures).toEqual([expect.stringMatching(failure)]);
  expect(failures[0]).toMatch(new RegExp(`^${name}: `, 'u'));
  expect(failed).toHaveLength(1);
  expect(reports[0]).toMatchObject({ verdict: 'Failed', pictures: [{ name, verdict: 'failed' }] });
});

test.each<[defect: string, Behaviour, failure: RegExp]>([
  [
    'a place that is made public',
    { record: (record) => ({ ...record, exif: { ...record.exif, gps: '52° 31′ N' } }) },
    /the record tells \{.*"gps".*\} of the camera, not \{/u,
  ],
  [
    'a camera that is forgotten',
    {
      record: ({ exif, ...record }) => {
        expect(exif).toBeDefined();
        return record;
      },
    },
    /the record tells \{\} of the camera, not \{"camera"/u,
  ],
  ['a missing placeholder', { record: (record) => ({ ...record, placeholder: '' }) }, /the record has no placeholder/u],
  [
    'a placeholder that is none',
    { record: (record) => ({ ...record, placeholder: 'no thumbhash' }) },
    /the placeholder cannot be read: Error: no thumbhash in base64: no thumbhash/u,
  ],
  [
    'the placeholder of another picture',
    { record: (record) => ({ ...record, placeholder: 'GMiCLIomd4mPhIgXiAh3iHCIgEWXKJiLBQ==' }) },
    /the placeholder's colours are off by [\d.]+ in the mean \(at most 6\)/u,
  ],
  [
    'a dominant colour that is not in the picture',
    { record: (record) => ({ ...record, dominantColour: '#879083' }) },
    /the dominant colour #879083 is hardly in the picture/u,
  ],
  [
    'a dominant colour that is none',
    { record: (record) => ({ ...record, dominantColour: '#12' }) },
    /the record has no dominant colour/u,
  ],
])('of renditions, %s fails', async (_, fresh, failure) => {
  const given = goldenPictures.filter(({ name }) => name === 'orientation-1.jpg');
  const { verify } = createInMemoryRelease({ recipe: 'renditions', fresh, given });
  expect((await verify()).failures).toEqual([expect.stringMatching(failure)]);
});

test('what several pictures have in common is said once', async () => {
  const given = goldenPictures.filter(({ name }) => /n-[1-4].jpg/u.test(name));
  const { verify } = createInMemoryRelease({ given, fresh: { record: (record) => ({ ...record, processedBy: '7' }) } });
  expect((await verify()).failures).toEqual([
    'orientation-1.jpg, orientation-2.jpg, orientation-3.jpg, orientation-4.jpg: it was made by version 7, not by 8',
  ]);
});
