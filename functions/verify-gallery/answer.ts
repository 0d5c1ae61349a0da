import { brotliDecompressSync } from 'node:zlib';

import { isObject, type Members } from '../shared/json.ts';

/** What a function answered, with its body as people would get it. */
export type Answer = { status: number; headers: Readonly<Record<string, string>>; text: string };

/** Undefined if the value is not a response for an HTTP API. */
export function readAnswer(payload: unknown): Answer | undefined {
  const { statusCode, headers, body, isBase64Encoded } = (payload ?? {}) as Record<string, unknown>;
  if (typeof statusCode !== 'number' || typeof headers !== 'object' || headers === null) return undefined;
  const byName = headers as Record<string, string>;
  const raw = Buffer.from(typeof body === 'string' ? body : '', isBase64Encoded === true ? 'base64' : 'utf8');
  const bytes = byName['content-encoding'] === 'br' && raw.length > 0 ? brotliDecompressSync(raw) : raw;
  return { status: statusCode, headers: byName, text: bytes.toString('utf8') };
}

/** The body as JSON; undefined where it is none. */
export function jsonOf({ text }: Answer): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
