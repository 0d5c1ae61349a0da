import { GatewayFailure } from './failures.ts';

export type HttpResponse = {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  cookies: readonly string[];
  body: Buffer;
};

const malformed = (): GatewayFailure =>
  new GatewayFailure(500, {
    integration: "The response from the Lambda function doesn't match the format that API Gateway expects.",
  });

/**
 * What a function's answer (JSON) means in payload format 2.0: with a `statusCode` a response, without one the body of a response 200 in
 * JSON. Throws GatewayFailure 500 for a response that is malformed.
 */
export function functionResponse(payload: string): HttpResponse {
  const answer = parsed(payload);
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    const body = Buffer.from(typeof answer === 'string' ? answer : payload);
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body };
  }
  const { statusCode, headers = {}, cookies = [], body, isBase64Encoded = false } = answer as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) throw malformed();
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...readHeaders(headers ?? {}) },
    cookies: readCookies(cookies ?? []),
    body: readBody(body, isBase64Encoded === true),
  };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

function readBody(body: unknown, isBase64: boolean): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== 'string') throw malformed();
  if (!isBase64) return Buffer.from(body);
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(body)) throw malformed();
  return Buffer.from(body, 'base64');
}

function readHeaders(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) throw malformed();
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]: [string, unknown]) => {
      if (!['string', 'number', 'boolean'].includes(typeof value) || !/^[\w!#$%&'*+.^`|~-]+$/.test(name))
        throw malformed();
      const text = String(value);
      if (/[\r\n\0]/.test(text)) throw malformed();
      return [name.toLowerCase(), text];
    }),
  );
}

function readCookies(cookies: unknown): string[] {
  if (!Array.isArray(cookies)) throw malformed();
  return cookies.map((cookie: unknown) => {
    if (typeof cookie !== 'string' || /[\r\n\0]/.test(cookie)) throw malformed();
    return cookie;
  });
}
