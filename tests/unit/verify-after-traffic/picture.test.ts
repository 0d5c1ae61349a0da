import { expect, test } from '@jest/globals';
import sharp from 'sharp';

import { picture } from '../../../functions/verify-after-traffic/picture.ts';

test('what is sent the whole way is a photograph that lies on its side, of the size that is written down', async () => {
  const { width, height, orientation, format } = await sharp(picture.bytes).metadata();
  expect({ width, height, orientation, format }).toEqual({ width: 600, height: 900, orientation: 6, format: 'jpeg' });
  expect([picture.width, picture.height, picture.format]).toEqual([900, 600, 'jpeg']);
});
