import type { Sharp } from 'sharp';
import sharp from 'sharp';

/** A file as people have it, and how it is compared with what a browser shows. */
export type Kind = {
  title: string;
  draw: () => Promise<Buffer> | Buffer;
  /** Where we mean to differ from the browser, and why. */
  intended?: Intended;
};

/** In what a picture shows, with a bound of its own (of 255, the mean); in how it is turned; or in refusing it. */
export type Intended = ({ difference: 'shown'; mean: number } | { difference: 'turned' | 'refused' }) & {
  reason: string;
};

export const WIDTH = 96;
export const HEIGHT = 64;

/** Four quarters that fade from the left to the right, as values of 0 to 1: all colours, many shades, and no turn of it looks the same. */
export function sceneAt(x: number, y: number): readonly [number, number, number] {
  const fade = 0.35 + (0.65 * x) / WIDTH;
  const quarter = y < HEIGHT / 2 ? (x < WIDTH / 2 ? 0 : 1) : x < WIDTH / 2 ? 2 : 3;
  const [red, green, blue] = [
    [0.85, 0.15, 0.2],
    [0.2, 0.75, 0.25],
    [0.15, 0.3, 0.9],
    [0.95, 0.85, 0.2],
  ][quarter] as [number, number, number];
  return [red * fade, green * fade, blue * fade];
}

/** The scene as a pipeline to encode, 8 bits a channel. */
export function scene(): Sharp {
  return sceneOf(255, Uint8Array);
}

/** The same with 16 bits. */
export function deepScene(): Sharp {
  return sceneOf(65_535, Uint16Array).toColourspace('rgb16');
}

function sceneOf(white: number, Samples: typeof Uint8Array | typeof Uint16Array): Sharp {
  const data = new Samples(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      data.set(
        sceneAt(x, y).map((value) => Math.round(value * white)),
        (y * WIDTH + x) * 3,
      );
    }
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

/** As stored by a camera in that EXIF orientation. */
export function turnedScene(orientation: number): Sharp {
  const turns = [
    (picture: Sharp) => picture,
    (picture: Sharp) => picture.flop(),
    (picture: Sharp) => picture.rotate(180),
    (picture: Sharp) => picture.flip(),
    (picture: Sharp) => picture.rotate(90).flop(),
    (picture: Sharp) => picture.rotate(270),
    (picture: Sharp) => picture.rotate(90).flip(),
    (picture: Sharp) => picture.rotate(90),
  ];
  return (turns[orientation - 1] ?? fail)(scene()).withMetadata({ orientation });
}

/** A palette index for each quarter. */
export function quarterAt(x: number, y: number): number {
  return (x < WIDTH / 2 ? 0 : 1) + (y < HEIGHT / 2 ? 0 : 2);
}

function fail(): never {
  throw new RangeError('EXIF has orientations 1 to 8');
}
