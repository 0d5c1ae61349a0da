import { expect, test } from '@jest/globals';
import sharp from 'sharp';

import { MAX_DISTANCE, distance, fingerprint } from '../../../../commands/rehearse/photographs/fingerprint.ts';
import { drawPictures } from '../../../../commands/rehearse/photographs/pictures.ts';
import '../../../support/open-libvips.ts';

test('every picture of a rehearsal is told from the others, from black and from itself sideways; never from its thumbnail', async () => {
  const pictures = await drawPictures(8);
  const far: number[] = [];
  const near: number[] = [];
  for (const [n, picture] of pictures.entries()) {
    const { width, height } = picture;
    const thumbnail = sharp(picture.jpeg).autoOrient().resize({ width: 128 });
    near.push(
      distance(picture.fingerprint, await fingerprint(await thumbnail.clone().webp({ quality: 80 }).toBuffer())),
    );
    near.push(
      distance(picture.fingerprint, await fingerprint(await thumbnail.clone().avif({ quality: 50 }).toBuffer())),
    );
    const turned = thumbnail.clone().webp().toBuffer();
    far.push(
      distance(
        picture.fingerprint,
        await fingerprint(
          await sharp(await turned)
            .rotate(90)
            .webp()
            .toBuffer(),
        ),
      ),
    );
    far.push(
      distance(
        picture.fingerprint,
        await fingerprint(
          await sharp(await turned)
            .rotate(180)
            .webp()
            .toBuffer(),
        ),
      ),
    );
    const black = sharp({ create: { width, height, channels: 3, background: '#000' } }).webp();
    far.push(distance(picture.fingerprint, await fingerprint(await black.toBuffer())));
    for (const other of pictures.slice(n + 1)) far.push(distance(picture.fingerprint, other.fingerprint));
  }
  expect(Math.max(...near)).toBeLessThan(MAX_DISTANCE / 2);
  expect(Math.min(...far)).toBeGreaterThan(MAX_DISTANCE * 2);
});
