/** Bits to bytes, the last one filled up with ones; each 0xff gets the 0 that marks it as data. */
function entropyCoded(bits: string): Buffer {
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  const bytes = Array.from({ length: padded.length / 8 }, (_, n) => parseInt(padded.slice(n * 8, n * 8 + 8), 2));
  return Buffer.from(bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])));
}

function segment(code: number, ...content: readonly (number | Uint8Array)[]): Buffer {
  const body = Buffer.concat(content.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)));
  const header = Buffer.from([0xff, code, 0, 0]);
  header.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([header, body]);
}

export type Mosaic = {
  /** SOF0 unless another is asked: 0xc1 has more tables, 0xc3 is lossless, 0xc5 hierarchical. */
  frame?: number;
  bits?: 8 | 12;
  /** As its header says; 0 leaves it to a DNL segment behind the scan. */
  height?: number;
  /** In blocks; 0 for none. */
  restartInterval?: number;
  /** What lies between the data of an interval, or of the scan, and the marker that ends it. */
  extraneous?: Buffer;
};

/**
 * A grey JPEG whose blocks of 8 x 8 pixels are of one shade each: rows of `shades`, -64 to 63, half a step of 255 from grey each. It is
 * written by hand, since no library writes such faults.
 */
export function mosaicJpeg(shades: readonly (readonly number[])[], options: Mosaic = {}): Buffer {
  const { frame = 0xc0, bits = 8, restartInterval = 0, extraneous = Buffer.alloc(0) } = options;
  const [across, down] = [shades[0]?.length ?? 0, shades.length];
  const height = Buffer.alloc(2);
  const width = Buffer.alloc(2);
  height.writeUInt16BE(options.height ?? down * 8);
  width.writeUInt16BE(across * 8);
  const interval = Buffer.alloc(2);
  interval.writeUInt16BE(restartInterval);
  const blocks = shades.flat();
  const perInterval = restartInterval === 0 ? blocks.length : restartInterval;
  const data: Buffer[] = [];
  for (let at = 0, number = 0; at < blocks.length; at += perInterval, number++) {
    if (at > 0) data.push(Buffer.from([0xff, 0xd0 + ((number - 1) & 7)]));
    data.push(entropyCoded(codeOf(blocks.slice(at, at + perInterval))), extraneous);
  }
  const lines = Buffer.alloc(2);
  lines.writeUInt16BE(down * 8);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, 0, Buffer.alloc(64, 16)),
    segment(frame, bits, height, width, 1, 1, 0x11, 0),
    // Of DC the sizes 0 to 7 have codes of 4 bits, which are the sizes themselves; of AC there is only the end of the block, one bit.
    segment(
      0xc4,
      0x00,
      Buffer.from([0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]),
    ),
    segment(0xc4, 0x10, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 0),
    ...(restartInterval > 0 ? [segment(0xdd, interval)] : []),
    segment(0xda, 1, 1, 0x00, frame === 0xc3 ? 1 : 0, frame === 0xc3 ? 0 : 63, 0),
    ...data,
    ...(options.height === 0 ? [segment(0xdc, lines)] : []),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function codeOf(shades: readonly number[]): string {
  let before = 0;
  return shades
    .map((shade) => {
      const difference = shade - before;
      before = shade;
      const size = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
      const value = difference < 0 ? difference + 2 ** size - 1 : difference;
      return `${size.toString(2).padStart(4, '0')}${size === 0 ? '' : value.toString(2).padStart(size, '0')}0`;
    })
    .join('');
}

/** Bytes put before every marker of these codes that ends a scan, or lies between two segments. */
export function withBytesBefore(jpeg: Buffer, codes: readonly number[], bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let kept = 0;
  for (let at = 2; at < jpeg.length;) {
    const code = jpeg[at + 1] ?? 0;
    if (codes.includes(code)) {
      parts.push(jpeg.subarray(kept, at), bytes);
      kept = at;
    }
    if (code === 0xd9) break;
    const isScan = code === 0xda;
    at += 2 + jpeg.readUInt16BE(at + 2);
    while (isScan && !(jpeg[at] === 0xff && jpeg[at + 1] !== 0)) at++;
  }
  return Buffer.concat([...parts, jpeg.subarray(kept)]);
}

/** The file up to its EOI marker. */
export function withoutEnd(jpeg: Buffer): Buffer {
  return jpeg.subarray(0, jpeg.lastIndexOf(Buffer.from([0xff, 0xd9])));
}

/** With a JFIF header of that version, in the place of its own if it has one. */
export function withJfifVersion(jpeg: Buffer, major: number, minor: number): Buffer {
  const own = jpeg.subarray(2, 4).equals(Buffer.from([0xff, 0xe0])) ? 4 + jpeg.readUInt16BE(4) : 2;
  const header = segment(0xe0, Buffer.from(`JFIF\0${String.fromCharCode(major, minor)}\0\0\x01\0\x01\0\0`, 'latin1'));
  return Buffer.concat([jpeg.subarray(0, 2), header, jpeg.subarray(own)]);
}

/** With Adobe's header, which says that its three channels are RGB (transform 0), and not YCbCr. */
export function withAdobeRgbChannels(jpeg: Buffer): Buffer {
  const header = segment(0xee, Buffer.from('Adobe\0\x64\0\0\0\0\0', 'latin1'));
  return Buffer.concat([jpeg.subarray(0, 2), header, jpeg.subarray(2)]);
}
