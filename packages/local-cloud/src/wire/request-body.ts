import type { IncomingMessage } from 'node:http';
import { AwsError } from '../core/aws-error.ts';

/** The client went away before its request was complete: there is nobody to answer. */
export class AbortedRequestError extends Error {
  override name = 'AbortedRequestError';
}

/**
 * The whole body. Throws AwsError EntityTooLarge beyond `limit` bytes (what follows is read and thrown away, so that the client
 * comes to read the answer), AbortedRequestError if the client goes away.
 */
export function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
    });
    incoming.on('end', () => {
      if (size > limit) reject(tooLarge(size, limit));
      else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size));
    });
    incoming.on('error', (cause) => reject(new AbortedRequestError('The client broke off its request.', { cause })));
  });
}

function tooLarge(size: number, limit: number): AwsError {
  return new AwsError(
    'EntityTooLarge',
    `The body has ${size} bytes; the local cloud takes ${limit} in one request. Use a multipart upload.`,
    400,
    { ProposedSize: String(size), MaxSizeAllowed: String(limit) },
  );
}
