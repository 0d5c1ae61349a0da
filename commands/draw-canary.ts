import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import sharp from 'sharp';

import { drawSample } from './sample-picture.ts';

// Draws the photograph that verify-after-traffic sends the whole way: stored on its side, as cameras do, with a word of how to turn it. Its
// output is committed; its size, upright, is written down beside it in functions/verify-after-traffic/picture.ts.
const file = join(import.meta.dirname, '../functions/verify-after-traffic/canary.jpg');

const landscape = await drawSample(20, { megapixels: 0.54 });
const canary = await sharp(landscape)
  .rotate(270)
  .withExif({ IFD0: { Make: 'Nowhere', Model: 'Nowhere Canary I' } })
  .withMetadata({ orientation: 6 })
  .jpeg({ quality: 40 })
  .toBuffer();
writeFileSync(file, canary);
console.log(`${Math.ceil(canary.length / 1_000)} KB: functions/verify-after-traffic/canary.jpg`);
