import type { Readable } from 'node:stream';

/** Longer lines are cut, so that a handler that never ends its line does not fill our memory. An answer has 6 MB, escaped. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** Calls back for each line; the last one need not end. Bytes are decoded line by line, so no character is torn. */
export function onLines(stream: Readable, line: (text: string) => void): void {
  let parts: Buffer[] = [];
  let length = 0;
  const flush = (): void => {
    if (length > 0) line(Buffer.concat(parts).toString('utf8'));
    parts = [];
    length = 0;
  };
  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      parts.push(chunk.subarray(from, end));
      line(Buffer.concat(parts).toString('utf8'));
      parts = [];
      length = 0;
      from = end + 1;
    }
    if (from < chunk.length) {
      parts.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > LONGEST_LINE) flush();
    }
  });
  stream.on('end', flush);
  stream.on('error', () => undefined); // the process is gone; its ending is told elsewhere
}
