import sharp from 'sharp';
import { drawSample } from '../../sample-picture.ts';
import { fingerprint, type Fingerprint } from './fingerprint.ts';

/** A photograph to upload, and the expected fingerprint of its outputs. */
export type Picture = { jpeg: Uint8Array; width: number; height: number; fingerprint: Fingerprint };

/** Pixels. Small, so that a machine with two processors is not saturated (AVIF costs most), but larger than the smallest thumbnail. */
const size = { width: 132, height: 88 };

/** Creates photographs, every other one stored sideways, as phones do. */
export async function drawPictures(count: number): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (let index = 0; index < count; index++) {
    const sample = await drawSample(index, { megapixels: 0.2 });
    const upright = await sharp(sample).resize(size).keepExif().jpeg({ quality: 95 }).toBuffer();
    const jpeg = index % 2 === 0 ? upright : await sideways(upright);
    pictures.push({ ...size, jpeg, fingerprint: await fingerprint(upright) });
  }
  return pictures;
}

/** Orientation 6: to stand upright, the stored pixels must be turned by 90 degrees clockwise. */
function sideways(upright: Uint8Array): Promise<Buffer> {
  return sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 90 }).toBuffer();
}
