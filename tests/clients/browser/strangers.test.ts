import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { RunningCloud } from '../../support/local-cloud.ts';
import { startCloud } from '../support/start-cloud.ts';
import { startBrowser, type Browser } from './chromium.ts';
import { servePage, type PageServer } from './page-server.ts';

const EVIL = 'evil.example';
let cloud: RunningCloud;
let pages: PageServer;
let browser: Browser;
let s3: S3Client;
let sqs: SQSClient;
let QueueUrl: string;

const running: (() => Promise<void>)[] = [];

beforeAll(async () => {
  browser = await startBrowser([EVIL]);
  running.push(browser.close);
  pages = await servePage();
  running.push(pages.close);
  cloud = await startCloud();
  running.push(cloud.stop);
  const settings = {
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  s3 = new S3Client(settings);
  sqs = new SQSClient(settings);
  running.push(async () => {
    s3.destroy();
    sqs.destroy();
  });
  QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'letters' }))).QueueUrl ?? '';
});
afterAll(async () => {
  for (const stop of running.reverse()) await stop();
});

const open = async (url: string): Promise<Page> => {
  const page = await browser.context.newPage();
  await page.goto(url);
  return page;
};
const port = (url: string): string => new URL(url).port;

/** As anybody may write it: of a key that is nobody's, no signature is checked. */
const forged = (service: string): string =>
  `X-Amz-Credential=anybody%2F20260101%2Fus-east-1%2F${service}%2Faws4_request&X-Amz-Date=20260101T000000Z`;

/** What the page sees of a request that it may send without asking; it runs there and knows nothing from here. */
const sendSimply = (page: Page, url: string, method: string, body?: string): Promise<string> =>
  page.evaluate(
    async ([to, how, what]) => {
      try {
        const answer = await fetch(to, { method: how, mode: 'no-cors', ...(what !== undefined && { body: what }) });
        return answer.type;
      } catch (error) {
        return String(error);
      }
    },
    [url, method, body] as const,
  );

test('a page whose name leads here all at once is not taken for the cloud, and reads nothing', async () => {
  const page = await open(`http://${EVIL}:${port(cloud.endpoint)}/?${forged('s3')}`);
  expect(await page.content()).toContain('MisdirectedRequest');
  const seen = await page.evaluate(async (query) => {
    const answer = await fetch(`/2015-03-31/functions/?${query}`);
    return { status: answer.status, body: await answer.text() };
  }, forged('lambda'));
  expect(seen).toMatchObject({ status: 421 });
  expect(seen.body).not.toContain('FunctionArn');
  await page.close();
});

test('a stranger’s page changes nothing by what it may send without asking', async () => {
  const page = await open(`http://${EVIL}:${port(pages.allowed)}`);
  const deletes = `Action=DeleteQueue&QueueUrl=${encodeURIComponent(QueueUrl)}`;
  await sendSimply(page, `${cloud.endpoint}/?${forged('sqs')}`, 'POST', deletes);
  await page.setContent(
    `<form method="post" target="_self" action="${cloud.endpoint}/?${forged('sqs')}"><input name="Action" value="DeleteQueue"><input name="QueueUrl" value="${QueueUrl}"><button>x</button></form>`,
  );
  await page.click('button');
  await page.waitForURL(`${cloud.endpoint}/**`);
  expect(await page.content()).toContain('AccessDenied');
  expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toEqual(expect.arrayContaining([QueueUrl]));
  await page.close();
});

test('an object that was opened as a page speaks for nobody, though it is of our origin', async () => {
  const Bucket = 'things';
  await s3.send(new CreateBucketCommand({ Bucket }));
  const script = `fetch('/made-by-script?${forged('s3')}', { method: 'PUT' }).then((a) => a.status, String).then((seen) => { document.title = 'seen ' + seen; });`;
  const Body = `<!doctype html><title>-</title><script>${script}</script>`;
  await s3.send(new PutObjectCommand({ Bucket, Key: 'page.html', Body, ContentType: 'text/html' }));
  const page = await open(await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'page.html' })));
  await page.waitForFunction("document.title.startsWith('seen ')");
  expect(await page.title()).not.toContain('200');
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  expect(Buckets.map(({ Name }) => Name)).not.toContain('made-by-script');
  await page.close();
});
