import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Stored = { body: Buffer; contentType: string | undefined };

/** As much of S3 as our functions use, in memory: objects by `<bucket>/<key>`. Whatever else is asked is answered 501. */
export async function smallS3() {
  const objects = new Map<string, Stored>();
  const requests: string[] = [];
  /** Set it to let requests for some names fail with a status. */
  const failing: { with?: (name: string) => number | undefined } = {};

  function answer(
    request: IncomingMessage,
    body: Buffer,
  ): { status: number; headers?: Record<string, string>; body?: Buffer | string } {
    const { pathname, searchParams } = new URL(`http://s3${(request.url ?? '').replace(/^\/+/u, '/')}`);
    const name = decodeURIComponent(pathname.slice(1));
    requests.push(`${request.method ?? ''} ${name}`);
    const failure = failing.with?.(name);
    if (failure !== undefined) return { status: failure };
    if (request.method === 'PUT') {
      objects.set(name, { body, contentType: request.headers['content-type'] });
      return { status: 200 };
    }
    if (request.method === 'POST' && searchParams.has('delete')) {
      for (const [, key] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/gu))
        objects.delete(`${name.replace(/\/$/u, '')}/${key ?? ''}`);
      return { status: 200, body: '<DeleteResult/>' };
    }
    const stored = objects.get(name);
    if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 501 };
    if (stored === undefined) return { status: 404 };
    const eTag = `"${createHash('md5').update(stored.body).digest('hex')}"`;
    if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== eTag) return { status: 412 };
    const headers = {
      etag: eTag,
      'last-modified': 'Fri, 01 May 2026 12:30:00 GMT',
      'content-length': String(stored.body.length),
    };
    return { status: 200, headers, ...(request.method === 'GET' && { body: stored.body }) };
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, headers, body } = answer(request, Buffer.concat(chunks));
      response.writeHead(status, headers).end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    requests,
    failing,
    put: (name: string, body: Buffer) => objects.set(name, { body, contentType: undefined }),
    keys: (bucket: string) => [...objects.keys()].filter((name) => name.startsWith(`${bucket}/`)),
    end: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
