import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCloud, type Cloud } from '../../src/cloud.ts';

let cloud: Cloud;
let sqs: SQSClient;
let sns: SNSClient;
let queueUrl: string;

beforeAll(async () => {
  cloud = await createCloud({ template: 'none.yaml', port: 0, allowHosts: ['172.17.0.1'] });
  const { endpoint, region } = cloud;
  const settings = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  sqs = new SQSClient(settings);
  sns = new SNSClient(settings);
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'letters' }))).QueueUrl ?? '';
});
afterAll(async () => {
  sqs.destroy();
  sns.destroy();
  await cloud.stop();
});

type Answer = { status: number; headers: Record<string, unknown>; body: string };
/** `fetch` would not let us say who we are. */
function send(method: string, path: string, headers: Record<string, string>, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(new URL(path, cloud.endpoint), { method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
  'x-amz-date': '20260101T000000Z',
});

/** A URL that anybody can sign, since everybody knows the keys: what a page puts into a picture's `src`. */
function signedUrl(service: string, parameters: Record<string, string>, method = 'GET', body = ''): string {
  const date = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const scope = `${date.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const query = new URLSearchParams({
    ...parameters,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `local/${scope}`,
    'X-Amz-Date': date,
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host',
  });
  query.sort();
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const canonical = [
    method,
    '/',
    query.toString(),
    `host:${new URL(cloud.endpoint).host}\n`,
    'host',
    sha256(body),
  ].join('\n');
  const key = scope
    .split('/')
    .reduce<Buffer>((secret, part) => createHmac('sha256', secret).update(part).digest(), Buffer.from('AWS4local'));
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  return `/?${query.toString()}&X-Amz-Signature=${createHmac('sha256', key).update(text).digest('hex')}`;
}

const queues = async (): Promise<string[]> => (await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? [];

const topics = async () => (await sns.send(new ListTopicsCommand({}))).Topics;

describe('a page that lets its own name lead here', () => {
  const host = 'evil.example:4566';
  test.each([
    ['lists no functions', 'GET', '/2015-03-31/functions/', 'lambda'],
    ['replaces no code', 'PUT', '/2015-03-31/functions/x/code', 'lambda'],
    ['lists no buckets', 'GET', '/', 's3'],
    ['changes no clock', 'PUT', '/_local-cloud/clock', 's3'],
  ])('%s', async (_what, method, path, service) => {
    const answer = await send(method, path, { ...signedFor(service), host }, method === 'GET' ? '' : '{"factor":9}');
    expect(answer).toMatchObject({ status: 421, body: expect.stringContaining('--allow-host ADDRESS') });
    expect(answer.body).toContain('evil.example');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('is told so in the words of each protocol', async () => {
    expect((await send('GET', '/', { ...signedFor('s3'), host })).body).toContain('<Code>MisdirectedRequest</Code>');
    const json = await send('POST', '/', { ...signedFor('dynamodb'), host }, '{}');
    expect(json.headers).toMatchObject({ 'x-amzn-errortype': 'MisdirectedRequest' });
  });

  test('is refused even with a body that it goes on sending', async () => {
    const answer = await send('PUT', '/b/k', { host }, 'x'.repeat(2 ** 20));
    expect(answer.status).toBe(421);
  });
});

test.each(['127.0.0.1:1', 'localhost', '[::1]:4566', 'bucket.localhost', '172.17.0.1:9000'])(
  'who asks %s is answered',
  async (host) => {
    expect((await send('GET', '/2015-03-31/functions/', { ...signedFor('lambda'), host })).status).toBe(200);
  },
);

describe.each<[string, Record<string, string>]>([
  ['a stranger', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['a stranger, in an older browser', { origin: 'https://evil.example' }],
  ['a sandbox', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['a picture that says nothing', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ['another port of this machine', { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' }],
])('a page elsewhere (%s)', (_who, page) => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  test('sends no message and deletes no queue by a form', async () => {
    const deletes = `Action=DeleteQueue&QueueUrl=${encodeURIComponent(queueUrl)}`;
    const answer = await send('POST', signedUrl('sqs', {}, 'POST', deletes), { ...page, ...form }, deletes);
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('AccessDenied') });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(await queues()).toEqual([queueUrl]);
  });

  test('makes no topic by a picture', async () => {
    expect((await send('GET', signedUrl('sns', { Action: 'CreateTopic', Name: 'news' }), page)).status).toBe(403);
    expect(await topics()).toEqual([]);
  });

  test('calls no JSON service by plain text', async () => {
    const url = signedUrl('dynamodb', {}, 'POST', '{}');
    const answer = await send('POST', url, { ...page, 'content-type': 'text/plain' }, '{}');
    expect(answer.status).toBe(403);
  });

  test('reads nothing of the cloud itself', async () => {
    expect((await send('GET', '/_local-cloud/clock', page)).status).toBe(403);
  });

  test('is let in to no service but S3 when it asks beforehand', async () => {
    const asks = { ...page, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' };
    for (const path of ['/_local-cloud/clock', signedUrl('lambda', {})]) {
      const answer = await send('OPTIONS', path, asks);
      expect(answer.status).toBe(403);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });
});

test('the same form works for a program', async () => {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'gone' }));
  const deletes = `Action=DeleteQueue&QueueUrl=${encodeURIComponent(url)}`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await send('POST', signedUrl('sqs', {}, 'POST', deletes), form, deletes)).status).toBe(200);
  expect(await queues()).toEqual([queueUrl]);
});
