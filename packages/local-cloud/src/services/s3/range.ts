import { S3Error } from './errors.ts';

/** Bytes `start` to `end`, the latter exclusive. */
export type ByteRange = { start: number; end: number };

/**
 * The one range of a Range header; undefined for none, for several and for what is no byte range: then S3 answers the whole. Throws
 * S3Error InvalidRange (416) if there is no such byte.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (header === undefined || (first === '' && last === '')) return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (start < end) return { start, end };
  throw new S3Error('InvalidRange', 'The requested range is not satisfiable', 416, {
    RangeRequested: header,
    ActualObjectSize: String(size),
    headers: { 'content-range': `bytes */${String(size)}` },
  });
}
