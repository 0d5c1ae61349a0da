import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { RunningCloud } from '../../support/local-cloud.ts';
import { startCloud } from '../support/start-cloud.ts';
import { startBrowser, type Browser } from './chromium.ts';
import { servePage, type PageServer } from './page-server.ts';

let cloud: RunningCloud;
let pages: PageServer;
let browser: Browser;
let client: S3Client;
let Bucket: string;
let allowed: Page;
let forbidden: Page;

/** Whatever came up goes down again, whatever did not. */
const running: (() => Promise<void>)[] = [];

beforeAll(async () => {
  browser = await startBrowser();
  running.push(browser.close);
  pages = await servePage();
  running.push(pages.close);
  cloud = await startCloud();
  running.push(cloud.stop);
  Bucket = cloud.outputs['PagesBucketName'] ?? '';
  client = new S3Client({
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    // Whoever signs for others does not know their bytes.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  running.push(async () => client.destroy());
  const open = async (url: string): Promise<Page> => {
    const page = await browser.context.newPage();
    await page.goto(url);
    return page;
  };
  allowed = await open(pages.allowed);
  forbidden = await open(pages.forbidden);
});
afterAll(async () => {
  for (const stop of running.reverse()) await stop();
});

/** What a page learns of a request: its answer, or that the browser kept it from it. */
type Seen = { status: number; body: string; etag: string | null } | { blocked: string };

/** Runs in the page, so it knows nothing from here but its arguments. */
const send = (page: Page, url: string, options: { method: string; body?: string; type?: string }): Promise<Seen> =>
  page.evaluate(
    async ([to, { method, body, type }]) => {
      try {
        const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
        const answer = await fetch(to, { method, headers, ...(body !== undefined && { body }) });
        return { status: answer.status, body: await answer.text(), etag: answer.headers.get('etag') };
      } catch (error) {
        return { blocked: String(error) };
      }
    },
    [url, options] as const,
  );

const post = (
  page: Page,
  { url, fields }: PresignedPost,
  content: string,
  changed: Record<string, string> = {},
): Promise<Seen> =>
  page.evaluate(
    async ([to, entries, text]) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(entries)) form.append(name, value);
      form.append('file', new Blob([text], { type: 'image/png' }), 'größe 1+2.png');
      try {
        const answer = await fetch(to, { method: 'POST', body: form });
        return { status: answer.status, body: await answer.text(), etag: answer.headers.get('etag') };
      } catch (error) {
        return { blocked: String(error) };
      }
    },
    [url, { ...fields, ...changed }, content] as const,
  );

const signPost = (): Promise<PresignedPost> =>
  createPresignedPost(client, {
    Bucket,
    Key: 'posted/${filename}',
    Fields: { 'Content-Type': 'image/png', success_action_status: '201' },
    Conditions: [['content-length-range', 1, 20]],
    Expires: 300,
  });
const blocked = { blocked: 'TypeError: Failed to fetch' };

describe('a page from elsewhere that the bucket’s rules allow', () => {
  test('uploads by a presigned POST', async () => {
    const seen = await post(allowed, await signPost(), 'by form');
    expect(seen).toMatchObject({ status: 201, etag: expect.stringMatching(/^"\w{32}"$/) });
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'posted/größe 1+2.png' }));
    expect([await got.Body?.transformToString(), got.ContentType]).toEqual(['by form', 'image/png']);
  });

  test('uploads by a presigned PUT, which the browser asks about first, and reads it back by a presigned GET', async () => {
    const Key = 'put/ä b+c.txt';
    const putUrl = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key, ContentType: 'text/plain' }));
    const put = await send(allowed, putUrl, { method: 'PUT', body: 'by hand', type: 'text/plain' });
    expect(put).toMatchObject({ status: 200, etag: expect.stringMatching(/^"\w{32}"$/) });
    const getUrl = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key }));
    expect(await send(allowed, getUrl, { method: 'GET' })).toMatchObject({ status: 200, body: 'by hand' });
  });

  test('reads why it is refused: a file too large, a field changed, a URL of another key', async () => {
    const large = await post(allowed, await signPost(), 'x'.repeat(21));
    expect(large).toMatchObject({ status: 400, body: expect.stringContaining('EntityTooLarge') });
    const elsewhere = await post(allowed, await signPost(), 'x', { key: 'elsewhere' });
    expect(elsewhere).toMatchObject({ status: 403, body: expect.stringContaining('Policy Condition failed') });
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'mine' }));
    const put = await send(allowed, url.replace('/mine?', '/yours?'), { method: 'PUT', body: 'x' });
    expect(put).toMatchObject({ status: 403, body: expect.stringContaining('SignatureDoesNotMatch') });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'yours' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  test('may not do what the rules do not allow', async () => {
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'k' }));
    expect(await send(allowed, url, { method: 'DELETE' })).toEqual(blocked);
  });
});

describe('a page from an origin that the rules do not name', () => {
  test('cannot put, nor read what it gets or posts', async () => {
    const putUrl = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'forbidden' }));
    expect(await send(forbidden, putUrl, { method: 'PUT', body: 'x' })).toEqual(blocked);
    // The browser did not even send it: its preflight was refused.
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'forbidden' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await client.send(new PutObjectCommand({ Bucket, Key: 'there', Body: 'x' }));
    const getUrl = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'there' }));
    expect(await send(forbidden, getUrl, { method: 'GET' })).toEqual(blocked);
    expect(await post(forbidden, await signPost(), 'x')).toEqual(blocked);
  });
});

test('a plain form of a page uploads too, and takes the browser on to where it says', async () => {
  const next = `${pages.allowed}/done`;
  const { url, fields } = await createPresignedPost(client, {
    Bucket,
    Key: 'plain/${filename}',
    Fields: { success_action_redirect: next },
  });
  const page = await browser.context.newPage();
  await page.goto(pages.forbidden);
  await page.setContent(
    `<form action="${url}" method="post" enctype="multipart/form-data">${Object.entries(fields)
      .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
      .join('')}<input type="file" name="file"><button>Upload</button></form>`,
  );
  const file = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('plain') };
  await page.setInputFiles('input[type=file]', file);
  await page.click('button');
  await page.waitForURL(`${next}?**`);
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({ bucket: Bucket, key: 'plain/a.txt' });
  const got = await client.send(new GetObjectCommand({ Bucket, Key: 'plain/a.txt' }));
  expect(await got.Body?.transformToString()).toBe('plain');
});
