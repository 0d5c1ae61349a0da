import sharp, { type Sharp } from 'sharp';
import { drawTexture } from '../../tests/support/pictures.ts';

/** What the strategies are given, by name. Drawn once: twelve megapixels of waves, as detailed as a photograph. */
export async function drawOriginals(): Promise<Record<string, Buffer>> {
  const [width, height] = [4000, 3000];
  const data = await drawTexture(width, height).raw().toBuffer();
  const picture = (): Sharp => sharp(data, { raw: { width, height, channels: 3 } });
  return {
    '12 MP JPEG': await picture().jpeg({ quality: 90 }).toBuffer(),
    '12 MP JPEG, sRGB profile': await picture().withIccProfile('srgb').jpeg({ quality: 90 }).toBuffer(),
    '12 MP JPEG, Display P3': await picture().withIccProfile('p3').jpeg({ quality: 90 }).toBuffer(),
    '12 MP JPEG, progressive': await picture().jpeg({ quality: 90, progressive: true }).toBuffer(),
    '2 MP JPEG': await picture().resize(1600, 1200).jpeg({ quality: 90 }).toBuffer(),
  };
}
