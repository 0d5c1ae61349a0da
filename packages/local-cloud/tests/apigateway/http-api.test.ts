import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deployApi, send, templateOf, type Deployed, type RawResponse } from './support/cloud.ts';

let api: Deployed;
beforeAll(async () => {
  api = await deployApi(
    templateOf(
      {
        $default: {},
        'GET /things': {},
        'ANY /things/{thingId}': {},
        'DELETE /things/{thingId}': {},
        'GET /things/new': {},
        'GET /files/{path+}': {},
      },
      { more: { Other: { Type: 'AWS::Logs::LogGroup' } } },
    ),
  );
});
afterAll(() => api.stop());

const get = (path: string, headers: Record<string, string | string[]> = {}): Promise<RawResponse> =>
  send(api.url, { path, headers });
const eventOf = async (response: Promise<RawResponse>): Promise<Record<string, unknown>> =>
  JSON.parse((await response).body) as Record<string, unknown>;
const answering = (answer: unknown, method = 'POST'): Promise<RawResponse> =>
  send(api.url, {
    path: '/answer',
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(answer),
  });

describe('a request', () => {
  test('becomes an event in payload format 2.0', async () => {
    const event = await eventOf(
      get('/things/a%20b%2Bc?q=1&q=2&text=%ED%95%9C%20x', {
        'X-Two': ['a', 'b'],
        cookie: 'one=1; two=2',
        'user-agent': 'test',
      }),
    );
    const { host, port } = new URL(api.url);
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'ANY /things/{thingId}',
      rawPath: '/things/a b+c',
      rawQueryString: 'q=1&q=2&text=%ED%95%9C%20x',
      cookies: ['one=1', 'two=2'],
      headers: {
        connection: 'close',
        host,
        'user-agent': 'test',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
        'x-forwarded-port': port,
        'x-forwarded-proto': 'http',
        'x-two': 'a,b',
      },
      queryStringParameters: { q: '1,2', text: '한 x' },
      requestContext: {
        accountId: '000000000000',
        apiId: expect.stringMatching(/^[0-9a-z]{10}$/),
        domainName: host,
        domainPrefix: host,
        http: {
          method: 'GET',
          path: '/things/a b+c',
          protocol: 'HTTP/1.1',
          sourceIp: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
          userAgent: 'test',
        },
        requestId: expect.any(String),
        routeKey: 'ANY /things/{thingId}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      pathParameters: { thingId: 'a b+c' },
      isBase64Encoded: false,
    });
  });

  test('takes the most specific route, and $default if there is no other', async () => {
    const routeOf = async (method: string, path: string): Promise<unknown> =>
      (await eventOf(send(api.url, { method, path })))['routeKey'];
    expect(await routeOf('GET', '/things')).toBe('GET /things');
    expect(await routeOf('GET', '/things/new')).toBe('GET /things/new');
    expect(await routeOf('POST', '/things/new')).toBe('ANY /things/{thingId}');
    expect(await routeOf('DELETE', '/things/1')).toBe('DELETE /things/{thingId}');
    expect(await routeOf('GET', '/files/a/b')).toBe('GET /files/{path+}');
    expect(await routeOf('GET', '/files')).toBe('$default');
    expect(await routeOf('POST', '/things')).toBe('$default');
    expect(await routeOf('GET', '/things/1/2')).toBe('$default');
    expect(await routeOf('OPTIONS', '/things')).toBe('$default');
  });

  test('is decoded before its route is found, and ends at a question mark that comes of that, as on AWS', async () => {
    expect(await eventOf(get('/files/a%2Fb'))).toMatchObject({
      rawPath: '/files/a/b',
      pathParameters: { path: 'a/b' },
    });
    expect(await eventOf(get('/files/a%3Fb=1'))).toMatchObject({ rawPath: '/files/a' });
    expect(await get('/files/%E0%A4%A')).toMatchObject({ status: 400, body: '{"message":"Bad Request"}' });
  });

  test('brings its body as text if its type is one of text, else in base64', async () => {
    const bodyOf = async (type: string | undefined, body: string | Buffer): Promise<unknown> => {
      const headers = type === undefined ? {} : { 'content-type': type };
      const { body: sent, isBase64Encoded } = await eventOf(send(api.url, { method: 'POST', headers, body }));
      return [sent, isBase64Encoded];
    };
    expect(await bodyOf('application/json; charset=utf-8', '{"a":"한"}')).toEqual(['{"a":"한"}', false]);
    expect(await bodyOf('text/plain', 'x')).toEqual(['x', false]);
    expect(await bodyOf('application/problem+json', '{}')).toEqual(['{}', false]);
    expect(await bodyOf('application/x-www-form-urlencoded', 'a=b')).toEqual(['YT1i', true]);
    expect(await bodyOf('image/png', Buffer.from([0, 255]))).toEqual(['AP8=', true]);
    expect(await bodyOf(undefined, 'x')).toEqual(['eA==', true]);
  });
});

describe('the answer of a function', () => {
  test('with a status code is the response: headers, cookies and bytes', async () => {
    const response = await answering({
      statusCode: 201,
      headers: { 'X-Count': 3, Location: '/things/1' },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: Buffer.from('bytes').toString('base64'),
      isBase64Encoded: true,
    });
    expect(response).toMatchObject({
      status: 201,
      headers: {
        'x-count': '3',
        location: '/things/1',
        'set-cookie': ['a=1; HttpOnly', 'b=2'],
        'content-type': 'text/plain; charset=utf-8',
        'content-length': '5',
        'apigw-requestid': expect.any(String),
      },
      body: 'bytes',
    });
  });

  test('without one is the body of a response 200 in JSON', async () => {
    const json = { status: 200, headers: { 'content-type': 'application/json' } };
    expect(await answering({ hello: 'you' })).toMatchObject({ ...json, body: '{"hello":"you"}' });
    expect(await answering('hello')).toMatchObject({ ...json, body: 'hello' });
    expect(await answering([1, 2])).toMatchObject({ ...json, body: '[1,2]' });
    expect(await answering(null)).toMatchObject({ ...json, body: 'null' });
  });

  test('that is malformed is an internal server error', async () => {
    for (const answer of [
      { statusCode: 'many' },
      { statusCode: 99 },
      { statusCode: 200, body: { an: 'object' } },
      { statusCode: 200, headers: { 'x-a': ['list'] } },
      { statusCode: 200, headers: { 'x-a': 'two\r\nlines: 1' } },
      { statusCode: 200, cookies: 'a=1' },
      { statusCode: 200, body: '***', isBase64Encoded: true },
    ]) {
      expect(await answering(answer)).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    }
  });

  test('has no body where HTTP knows none', async () => {
    const notModified = await answering({ statusCode: 304, headers: { etag: '"1"' }, body: 'x' });
    expect(notModified).toMatchObject({ status: 304, headers: { etag: '"1"' }, body: '' });
    expect(await answering({ statusCode: 204 })).toMatchObject({ status: 204, body: '' });
    const head = await send(api.url, { path: '/things', method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(Number(head.headers['content-length'])).toBeGreaterThan(100);
  });

  test('that is an error is an internal server error', async () => {
    expect(await get('/throw')).toMatchObject({
      status: 500,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"Internal Server Error"}',
    });
  });
});

describe('the limits of HTTP APIs', () => {
  test('a body of more than 10 MB is refused', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);
    expect(await send(api.url, { method: 'POST', body })).toMatchObject({
      status: 413,
      body: '{"message":"Request Entity Too Large"}',
    });
  });

  test('a body that Lambda would not take is refused', async () => {
    expect(await send(api.url, { method: 'POST', body: Buffer.alloc(5 * 1024 * 1024) })).toMatchObject({ status: 413 });
  });

  test('request line and header values of more than 10,240 bytes are refused', async () => {
    expect(await get('/things', { 'x-long': 'x'.repeat(10_000) })).toMatchObject({ status: 200 });
    expect(await get('/things', { 'x-long': 'x'.repeat(10_240) })).toMatchObject({
      status: 431,
      body: '{"message":"Request Header Fields Too Large"}',
    });
  });
});

describe('the listener', () => {
  test('answers by its own names only, on both loopback addresses', async () => {
    const { port } = new URL(api.url);
    expect(api.url).toBe(`http://localhost:${port}`);
    for (const host of ['127.0.0.1', '::1']) {
      for (const name of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST']) {
        const headers = { host: `${name}:${port}` };
        expect(await send(api.url, { host, headers, path: '/things' })).toMatchObject({ status: 200 });
      }
    }
    for (const host of [
      'attacker.example',
      `attacker.example:${port}`,
      'localhost',
      `localhost.attacker.example:${port}`,
    ]) {
      expect(await get('/things', { host })).toMatchObject({ status: 421 });
    }
  });

  test('survives a client that goes away', async () => {
    const { port } = new URL(api.url);
    const outgoing = request({ port, path: '/slow', method: 'POST', headers: { 'content-length': '100' } });
    outgoing.on('error', () => undefined);
    outgoing.write('x');
    outgoing.destroy();
    expect(await get('/things')).toMatchObject({ status: 200 });
  });
});
