/** UTF-8 bytes. Longer names are cut before the extension. With `users/<sub>/<uuid>/` in front, a key stays far below S3's limit of 1,024. */
export const LONGEST_NAME = 200;
/** Endings longer than this are none, characters. */
const LONGEST_ENDING = 16;

/**
 * A file's name as the last part of a key: composed (NFC, since macOS takes Korean syllables apart), without folders, control characters
 * and marks that turn the direction of text, of at most 200 bytes. A name of which nothing is left becomes `image`.
 */
export function safeName(name: string): string {
  const last = name.toWellFormed().normalize('NFC').split(/[/\\]/u).at(-1) ?? '';
  const visible = last
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\ufffd]/gu, '')
    .replaceAll(/\p{Zs}+/gu, ' ')
    // S3 puts the name of the uploaded file wherever the key of a form says `${filename}`.
    .replaceAll('${', '{')
    .trim();
  // Every program that normalizes paths reads a path that ends in `.` or `..` as another object.
  return /^\.*$/u.test(visible) ? 'image' : shortened(visible);
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_NAME) return name;
  const ending = new RegExp(`\\.[^.]{1,${LONGEST_ENDING}}$`, 'u').exec(name)?.[0] ?? '';
  const room = LONGEST_NAME - Buffer.byteLength(ending);
  let stem = '';
  // By what people see as one character: half of a flag or of a family is another picture.
  for (const { segment } of new Intl.Segmenter('en').segment(name.slice(0, name.length - ending.length))) {
    if (Buffer.byteLength(stem) + Buffer.byteLength(segment) > room) break;
    stem += segment;
  }
  return `${stem.trimEnd() || 'image'}${ending}`;
}
