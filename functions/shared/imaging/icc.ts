import { createHash } from 'node:crypto';

/** The tags that say how a matrix profile turns RGB into colours: three primaries and three curves. */
const colourTags = ['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'] as const;

/**
 * Profiles that change no sRGB pixel by more than 2 of 255, by the fingerprints of their colour tags. Names and dates are left out of
 * these, so that one line stands for all that were made of the same numbers.
 */
const srgbFingerprints: ReadonlySet<string> = new Set([
  'e1831cd248813d809e86a5521e3c8bcb', // sRGB IEC61966-2.1: cameras, Windows, macOS, Photoshop
  'e29e1dc49b706989f1e15d273345d9c5', // "sRGB Gamut with sRGB Transfer": Android
  '64ba8181473f9dc51cbf534af4a17903', // libvips, and the compact profiles of web servers; so the next three
  '47eccd2a510f9fda28dd04e57c95a0c9',
  '30cb080cadb1d0a6d4bd5b5255e89e18',
  'e6434ec8e0f1ca8a112e53634c436790',
  'a6e61f31ba69e70d5d35a13ff5f32570', // colord, as Linux desktops have it
  '1b30402c0a1f2ffd14074c00dbce1cc2', // Debian's free profiles
  'f75f6f2abebdac235a6b452da4ac9843', // sRGB with exact curves, version 2
  '2a15b49333c8350ec84591c1161d9bf8', // the same, version 4
]);

/** True for the profiles that are known to mean sRGB. To convert them would cost a quarter of a thumbnail's time and change nothing. */
export function isSrgb(icc: Uint8Array): boolean {
  const tags = tagsOf(Buffer.from(icc.buffer, icc.byteOffset, icc.byteLength));
  if ([...tags.keys()].some((name) => name.startsWith('A2B') || name.startsWith('D2B'))) return false; // tables would overrule the curves
  const hash = createHash('sha256');
  for (const name of colourTags) hash.update(tags.get(name) ?? '');
  return srgbFingerprints.has(hash.digest('hex').slice(0, 32));
}

/** The colour space of the pixels that a profile is for: `RGB `, `GRAY`, `CMYK`, … */
export function pixelSpaceOf(icc: Uint8Array): string {
  return Buffer.from(icc.subarray(16, 20)).toString('latin1');
}

/** After a header of 128 bytes and a count: name, offset and length of each tag, 4 bytes each. Real profiles have some twenty. */
function tagsOf(icc: Buffer): Map<string, Buffer> {
  const tags = new Map<string, Buffer>();
  for (let at = 132; at + 12 <= icc.length && tags.size < Math.min(icc.readUInt32BE(128), 100); at += 12) {
    const start = icc.readUInt32BE(at + 4);
    tags.set(icc.toString('latin1', at, at + 4), icc.subarray(start, start + icc.readUInt32BE(at + 8)));
  }
  return tags;
}
