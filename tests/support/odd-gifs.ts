/** One picture of a GIF: palette indices, row by row, at a place on the canvas. */
export type GifFrame = {
  left?: number;
  top?: number;
  width: number;
  height: number;
  pixelAt: (x: number, y: number) => number;
  /** How many pixels its data has; all of them unless less are asked. */
  pixels?: number;
  /** The index that is transparent. */
  transparent?: number;
  /** Milliseconds. */
  delay?: number;
};

const palette = [
  [208, 32, 40],
  [40, 168, 56],
  [32, 72, 200],
  [240, 208, 48],
].flat();

/** A GIF of four colours (those of `quarters`, in their order), whose frames stand between what is asked: nothing, unless it is. */
export function drawGif(
  size: { width: number; height: number },
  frames: readonly GifFrame[],
  { between = Buffer.alloc(0), trailer = true } = {},
): Buffer {
  const header = Buffer.from('GIF89a\0\0\0\0\x81\0\0', 'latin1');
  header.writeUInt16LE(size.width, 6);
  header.writeUInt16LE(size.height, 8);
  return Buffer.concat([
    header,
    Buffer.from(palette),
    ...frames.flatMap((frame, n) => (n === 0 ? [gifFrame(frame)] : [between, gifFrame(frame)])),
    Buffer.from(trailer ? ';' : ''),
  ]);
}

function gifFrame({ left = 0, top = 0, width, height, pixelAt, transparent, delay = 0, ...frame }: GifFrame): Buffer {
  const control = Buffer.from([0x21, 0xf9, 4, transparent === undefined ? 0 : 1, 0, 0, transparent ?? 0, 0]);
  control.writeUInt16LE(Math.round(delay / 10), 4);
  const descriptor = Buffer.from([0x2c, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  for (const [n, value] of [left, top, width, height].entries()) descriptor.writeUInt16LE(value, 1 + n * 2);
  const indices = Array.from({ length: width * height }, (_, n) => pixelAt(n % width, Math.floor(n / width)));
  const data = lzwWithoutWords(indices.slice(0, frame.pixels ?? indices.length));
  const blocks: Buffer[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    blocks.push(Buffer.from([part.length]), part);
  }
  return Buffer.concat([control, descriptor, Buffer.from([2]), ...blocks, Buffer.from([0])]);
}

/** Codes of 3 bits: 0 to 3 are pixels, 4 forgets all words (before any is used), 5 ends. */
function lzwWithoutWords(indices: readonly number[]): Buffer {
  const codes = [...indices.flatMap((index, n) => (n % 2 === 0 ? [4, index] : [index])), 5];
  const bytes = Buffer.alloc(Math.ceil((codes.length * 3) / 8));
  for (const [n, code] of codes.entries()) {
    for (let bit = 0; bit < 3; bit++) {
      const at = n * 3 + bit;
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (((code >> bit) & 1) << (at & 7));
    }
  }
  return bytes;
}
