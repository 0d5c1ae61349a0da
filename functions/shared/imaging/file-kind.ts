type Kind = { name: string; offset?: number; signatures: readonly string[] };

/** Kinds of binary files that people upload by mistake, by how they begin; the first that fits. */
const binaryKinds: readonly Kind[] = [
  { name: 'a TIFF image', signatures: ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'] },
  { name: 'a PDF document', signatures: ['%PDF-'] },
  { name: 'a BMP image', signatures: ['BM'] },
  { name: 'a Windows icon', signatures: ['\0\0\x01\0'] },
  { name: 'a Photoshop document', signatures: ['8BPS'] },
  { name: 'a JPEG XL image', signatures: ['\xff\x0a', '\0\0\0\x0cJXL '] },
  { name: 'a JPEG 2000 image', signatures: ['\0\0\0\x0cjP  ', '\xff\x4f\xff\x51'] },
  { name: 'a HEIC image', offset: 4, signatures: ['ftyphei', 'ftyphev', 'ftypmif1', 'ftypmsf1'] },
  // What remains of this family of containers, AVIF apart, holds films.
  { name: 'a video', offset: 4, signatures: ['ftypiso', 'ftypmp4', 'ftypqt', 'ftypM4V', 'ftyp3g', 'ftypavc1'] },
  { name: 'a video', signatures: ['\x1a\x45\xdf\xa3'] },
  { name: 'a ZIP archive', signatures: ['PK\x03\x04', 'PK\x05\x06'] },
  { name: 'a gzip archive', signatures: ['\x1f\x8b'] },
];

/** The probable kind of a file that we do not accept, in words for a reason; undefined if its first bytes do not show it. */
export function guessKind(file: Uint8Array): string | undefined {
  const start = Buffer.from(file.subarray(0, 1024));
  const latin1 = start.toString('latin1');
  const binary = binaryKinds.find(({ offset = 0, signatures }) =>
    signatures.some((text) => latin1.startsWith(text, offset)),
  );
  return binary?.name ?? guessText(start);
}

function guessText(start: Buffer): string | undefined {
  // No image format that we read has a start without a control character or a byte outside UTF-8.
  const text = start.toString('utf8').replace(/\ufffd{1,3}$/u, ''); // the last character may be cut
  if (/[^\P{Cc}\t\n\r\f]|\ufffd/u.test(text)) return undefined;
  if (/<svg[\s/>]/iu.test(text)) return 'an SVG drawing';
  return /^\s*<(!doctype html|html|head|body)/iu.test(text) ? 'a web page' : 'a text';
}
