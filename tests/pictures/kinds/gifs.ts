import { drawGif } from '../../support/odd-gifs.ts';
import { HEIGHT, quarterAt, scene, WIDTH, type Kind } from '../kind.ts';

const canvas = { width: WIDTH, height: HEIGHT };
const whole = { ...canvas, pixelAt: quarterAt };
const second = { ...canvas, pixelAt: () => 2, delay: 100 };
const half = 'the file is truncated, and a truncated original is not accepted';

export const gifs: readonly Kind[] = [
  { title: 'a GIF', draw: () => scene().gif().toBuffer() },
  { title: 'an interlaced GIF', draw: () => scene().gif({ progressive: true }).toBuffer() },
  { title: 'an animated GIF', draw: () => drawGif(canvas, [whole, second, second]) },
  { title: 'a GIF with a transparent colour', draw: () => drawGif(canvas, [{ ...whole, transparent: 1 }]) },
  {
    title: 'a GIF whose first frame leaves a part of the canvas free',
    draw: () => drawGif(canvas, [{ left: 20, top: 10, width: 50, height: 40, pixelAt: quarterAt }]),
  },
  {
    title: 'an animated GIF whose first frame leaves a part of the canvas free',
    draw: () => drawGif(canvas, [{ left: 20, top: 10, width: 50, height: 40, pixelAt: quarterAt }, second]),
  },
  {
    title: 'a GIF with a zero between its frames',
    draw: () => drawGif(canvas, [whole, second], { between: Buffer.alloc(1) }),
  },
  {
    title: 'an animated GIF that is cut in its second frame',
    draw: () => drawGif(canvas, [whole, second]).subarray(0, -900),
  },
  {
    title: 'an animated GIF whose second frame is damaged',
    draw: () => damagedBehind(drawGif(canvas, [whole, second])),
  },
  { title: 'a GIF without a trailer', draw: () => drawGif(canvas, [whole], { trailer: false }) },
  {
    title: 'a GIF with other bytes behind its end',
    draw: () => Buffer.concat([drawGif(canvas, [whole]), Buffer.from('PK\x03\x04')]),
  },
  { title: 'a GIF whose frame is larger than its canvas', draw: () => drawGif({ width: 60, height: 40 }, [whole]) },
  {
    title: 'a GIF whose first frame has too few pixels',
    draw: () => drawGif(canvas, [{ ...whole, pixels: WIDTH * 30 }]),
    intended: { difference: 'refused', reason: half },
  },
];

/** The minimum code size of the last frame becomes one that no decoder knows. */
function damagedBehind(gif: Buffer): Buffer {
  const damaged = Buffer.from(gif);
  damaged[damaged.lastIndexOf(0x2c, damaged.length - 1_000) + 10] = 200;
  return damaged;
}
