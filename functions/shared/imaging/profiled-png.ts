import { crc32, deflateSync } from 'node:zlib';

import type { Sharp } from 'sharp';

/** Where the chunk IHDR ends: after the signature of 8 bytes; its length, type, 13 bytes and checksum. */
const END_OF_HEADER = 8 + 4 + 4 + 13 + 4;

/**
 * A pipeline of bare pixels as an uncompressed PNG that carries a colour profile. sharp can only convert to a profile, not say that
 * pixels are in one; whoever opens this file knows.
 */
export async function asPngWithProfile(pipeline: Sharp, icc: Uint8Array = Buffer.alloc(0)): Promise<Buffer> {
  const png = await pipeline.png({ compressionLevel: 0, adaptiveFiltering: false }).toBuffer();
  // PNG specification 11.3.2.3: a name, 0, the compression method 0, the profile.
  const data = Buffer.concat([Buffer.from('iCCPx\0\0', 'latin1'), deflateSync(icc, { level: 1 })]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length - 4);
  checksum.writeUInt32BE(crc32(data));
  return Buffer.concat([png.subarray(0, END_OF_HEADER), length, data, checksum, png.subarray(END_OF_HEADER)]);
}
