import { AwsError } from '../../core/aws-error.ts';
import { verifyChunk } from '../../wire/signature.ts';
import type { Signing } from '../../wire/messages.ts';

export type Unchunked = { bytes: Buffer; trailers: Readonly<Record<string, string>> };

/**
 * Takes the `aws-chunked` encoding off a body: chunks of `<size in hex>[;chunk-signature=…]CRLF<bytes>CRLF`, the last of size 0, then
 * trailers (`x-amz-checksum-crc32:…`). With `signing` every chunk and the trailers must be signed. Throws AwsError IncompleteBody if the
 * body ends early or has another length than the client said, SignatureDoesNotMatch for what was changed on its way.
 */
export function unchunk(body: Buffer, decodedLength: string | undefined, signing?: Signing): Unchunked {
  const chunks: Buffer[] = [];
  let at = 0;
  let signed = signing;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    const [, size, extension = ''] =
      /^([0-9a-f]+)(;.*)?$/i.exec(body.toString('latin1', at, Math.max(lineEnd, at))) ?? [];
    if (size === undefined) throw incomplete('a chunk has no size');
    const start = lineEnd + 2;
    const end = start + parseInt(size, 16);
    if (signed !== undefined) {
      const signature = /;chunk-signature=([0-9a-f]{64})$/.exec(extension)?.[1] ?? '';
      signed = verifyChunk(signed, body.subarray(start, end), signature);
    }
    if (end === start) {
      at = start;
      break;
    }
    if (body.toString('latin1', end, end + 2) !== '\r\n') throw incomplete('a chunk ends early');
    chunks.push(body.subarray(start, end));
    at = end + 2;
  }
  const bytes = Buffer.concat(chunks);
  if (decodedLength !== undefined && Number(decodedLength) !== bytes.length) {
    throw incomplete(`it has ${bytes.length} bytes, x-amz-decoded-content-length says ${decodedLength}`);
  }
  const { [TRAILER_SIGNATURE]: signature, ...trailers } = readTrailers(body.toString('utf8', at));
  if (signed !== undefined && (signature !== undefined || Object.keys(trailers).length > 0)) {
    const text = Object.entries(trailers).map(([name, value]) => `${name}:${value}\n`);
    verifyChunk(signed, Buffer.from(text.join('')), signature ?? '', 'TRAILER');
  }
  return { bytes, trailers };
}

const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

function readTrailers(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
    }),
  );
}

function incomplete(why: string): AwsError {
  return new AwsError('IncompleteBody', `The aws-chunked body is not complete: ${why}.`);
}
