import { request as httpRequest, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AwsError } from '../../src/core/aws-error.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';
import { createRandom } from '../../src/core/random.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/wire/gateway.ts';
import { awsJson } from '../../src/wire/json.ts';
import type { WireRequest } from '../../src/wire/messages.ts';
import { awsQuery } from '../../src/wire/query.ts';

let gateway: Gateway;
let observed: CloudEvent[];
let seen: WireRequest[];
const options = (): GatewayOptions => ({
  host: '127.0.0.1',
  port: 0,
  services: [
    {
      signingName: 's3',
      handle: async (request) => {
        seen.push(request);
        return { status: 200, body: 'stored' };
      },
    },
    awsJson('dynamodb', {
      Echo: (input) => input,
      Fail: () => {
        throw new Error('a bug');
      },
    }),
    awsQuery('sts', 'https://sts', {}),
    {
      signingName: 'sqs',
      handle: async ({ signal }) => {
        if (signal !== undefined && !signal.aborted) await once(signal, 'abort');
        observed.push({ type: 'note', text: 'nobody waits any more' });
        return { status: 200 };
      },
    },
  ],
  resolveCaller: (accessKeyId) => {
    if (accessKeyId === 'nobody') throw new AwsError('InvalidClientTokenId', 'unknown', 403);
    return { arn: `arn:${String(accessKeyId)}`, authorize: () => undefined };
  },
  observe: (event) => observed.push(event),
  random: createRandom(1),
  maxBodyBytes: 1000,
});

beforeEach(async () => {
  observed = [];
  seen = [];
  gateway = await createGateway(options());
});
afterEach(() => gateway.close());

const signedFor = (service: string, accessKeyId = 'AKID') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
  'x-amz-date': '20260101T000000Z',
});

type Answer = { status: number; headers: Record<string, unknown>; body: string };
function send(path: string, { body, ...rest }: RequestOptions & { body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${gateway.endpoint}/`, { path, ...rest }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
const target = (operation: string) => ({ 'x-amz-target': `DynamoDB_20120810.${operation}` });

test('the signing name decides who answers, the access key who calls', async () => {
  const answer = await send('/', {
    method: 'POST',
    headers: { ...signedFor('dynamodb'), ...target('Echo') },
    body: '{"a":1}',
  });
  expect(answer).toMatchObject({ status: 200, body: '{"a":1}' });
  expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
});

test('a presigned URL names its service, too', async () => {
  const credential = encodeURIComponent('AKID/20260101/us-east-1/s3/aws4_request');
  await send(`/b/k?X-Amz-Credential=${credential}`);
  expect(seen[0]?.callerArn).toBe('arn:AKID');
});

test('what is not signed is for S3, or for the service of its target', async () => {
  const answer = await send('/b/..//k%2F?x=1', { method: 'PUT', body: 'bytes' });
  expect(answer.headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
  expect(seen[0]).toMatchObject({ path: '/b/..//k%2F', method: 'PUT', callerArn: 'arn:undefined' });
  expect(seen[0]?.body.toString()).toBe('bytes');
  expect((await send('/', { method: 'POST', headers: target('Echo'), body: '{}' })).body).toBe('{}');
});

test('a service that is not here is named', async () => {
  const answer = await send('/', { method: 'POST', headers: signedFor('kinesis') });
  expect(answer.status).toBe(501);
  expect(answer.body).toContain('the service \\"kinesis\\"');
});

test('where the clients of a service that is not here read XML, it is named in XML', async () => {
  for (const service of ['cloudfront', 'route53']) {
    const response = await fetch(`${gateway.endpoint}/2020-05-31/distribution`, { headers: signedFor(service) });
    expect(response.status).toBe(501);
    expect(await response.text()).toMatch(
      new RegExp(
        `<Error><Type>Receiver</Type><Code>NotImplemented</Code><Message>.*the service "${service}"`.replaceAll(
          '"',
          '&quot;',
        ),
      ),
    );
  }
});

test('a caller that is not let in gets an error in the protocol of its service', async () => {
  const json = await send('/', { method: 'POST', headers: signedFor('dynamodb', 'nobody') });
  expect(json).toMatchObject({ status: 403, headers: { 'x-amzn-errortype': 'InvalidClientTokenId' } });
  const query = await send('/', { method: 'POST', headers: signedFor('sts', 'nobody') });
  expect(query.body).toContain('<Code>InvalidClientTokenId</Code>');
});

test('a fault in a service is answered, and told', async () => {
  const answer = await send('/', {
    method: 'POST',
    headers: { ...signedFor('dynamodb'), ...target('Fail') },
    body: '{}',
  });
  expect(answer).toMatchObject({ status: 500, headers: { 'x-amzn-errortype': 'InternalError' } });
  expect(observed).toEqual([{ type: 'note', text: expect.stringContaining('a bug') }]);
});

test('a body beyond the limit is refused, and the connection goes on', async () => {
  const answer = await send('/b/k', { method: 'PUT', body: 'x'.repeat(1001), headers: signedFor('dynamodb') });
  expect(answer).toMatchObject({ status: 400, headers: { 'x-amzn-errortype': 'EntityTooLarge' } });
  expect((await send('/b/k')).status).toBe(200);
});

test('a client that waits for 100-continue gets it', async () => {
  const sent = httpRequest(`${gateway.endpoint}/b/k`, {
    method: 'PUT',
    headers: { expect: '100-continue', 'content-length': 5 },
  });
  sent.flushHeaders();
  await once(sent, 'continue');
  sent.end('bytes');
  await once(sent, 'response');
  expect(seen[0]?.body.toString()).toBe('bytes');
});

test('HEAD is answered without a body', async () => {
  const answer = await send('/b/k', { method: 'HEAD' });
  expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-length': '6' } });
});

test('a client that goes away half way reaches no service and is no fault', async () => {
  const socket = connect(gateway.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('PUT /b/k HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf');
  await send('/b/other');
  socket.destroy();
  await send('/b/another');
  expect(seen.map(({ path }) => path)).toEqual(['/b/other', '/b/another']);
  expect(observed).toEqual([]);
});

test('a service that makes a client wait hears that it went away', async () => {
  const leaving = new AbortController();
  const waiting = fetch(gateway.endpoint, { method: 'POST', headers: signedFor('sqs'), signal: leaving.signal });
  await send('/b/other');
  leaving.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  while (observed.length === 0) await send('/b/another');
  expect(observed).toEqual([{ type: 'note', text: 'nobody waits any more' }]);
});

test('a port in use is said so, with what to do', async () => {
  await expect(createGateway({ ...options(), port: gateway.port })).rejects.toThrow(
    /^Port \d+ on 127.0.0.1 is in use.*--port/,
  );
});

test('closing ends idle connections and frees the port', async () => {
  const idle = connect(gateway.port, '127.0.0.1');
  await once(idle, 'connect');
  const ended = once(idle, 'close');
  idle.resume();
  await gateway.close();
  await ended;
  const again = await createGateway({ ...options(), port: gateway.port });
  await again.close();
});
