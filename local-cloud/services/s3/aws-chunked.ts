import { AwsError } from '../../aws-error.ts';

export type Unchunked = { bytes: Buffer; trailers: Readonly<Record<string, string>> };

/**
 * Takes the `aws-chunked` encoding off a body: chunks of `<size in hex>[;chunk-signature=…]CRLF<bytes>CRLF`, the last of size 0, then
 * trailers (`x-amz-checksum-crc32:…`). Chunk signatures are not verified. Throws AwsError IncompleteBody if the body ends early or
 * has another length than the client said.
 */
export function unchunk(body: Buffer, decodedLength: string | undefined): Unchunked {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = /^([0-9a-f]+)(;.*)?$/i.exec(body.toString('latin1', at, Math.max(lineEnd, at)))?.[1];
    if (size === undefined) throw incomplete('a chunk has no size');
    const start = lineEnd + 2;
    const end = start + parseInt(size, 16);
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
  return { bytes, trailers: readTrailers(body.toString('utf8', at)) };
}

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
