import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changedImages } from '../../functions/shared/lambda/changed-images.ts';
import { drawSample } from '../../commands/sample-picture.ts';
import { stageUnderTest, type Stage } from './support/stage.ts';

const repository = join(import.meta.dirname, '..', '..');
const name = "a+b c&d=e%20 (1)~'ö'.jpg";

let stage: Stage;
let folder: string;
let file: string;
beforeAll(async () => {
  stage = await stageUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'event-'));
  file = join(folder, name);
  await writeFile(file, await drawSample(11));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `npm run event`, against the stage under test. */
async function event(...args: string[]): Promise<unknown> {
  const { E2E_STAGE, E2E_ENDPOINT = '' } = process.env;
  const where = E2E_STAGE === undefined ? ['--endpoint', E2E_ENDPOINT] : ['--stage', E2E_STAGE];
  const command = [join(repository, 'commands', 'event.ts'), ...args, ...where];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return JSON.parse(stdout);
}

/** What the message that S3 wrote says, however it is wrapped. */
function s3Object(of: unknown): Record<string, unknown> {
  const text = JSON.stringify(of).replaceAll(/\\+"/g, '"');
  const [, json = '{}'] = /"object":(\{.*?\})/.exec(text) ?? [];
  return JSON.parse(json) as Record<string, unknown>;
}

describe('npm run event', () => {
  const chains = ['s3', 's3-sns', 's3-sqs', 's3-sns-sqs', 's3-sns-sqs-raw', 's3-sns-sqs-dlq', 's3-eventbridge'];

  test.each(chains)('%s names the object that the bucket holds: key, size, ETag and version', async (chain) => {
    const printed = await event(chain, file, '--owner', 'eve');
    const [bucket, key] = [stage.output('UploadsBucketName'), `users/eve/${name}`];
    expect(changedImages(printed)).toEqual([expect.objectContaining({ bucket, key })]);
    const held = await stage.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    const object = s3Object(printed);
    const [eTag, versionId] = [object.eTag ?? object.etag, object.versionId ?? object['version-id']];
    expect({ size: object.size, eTag, versionId }).toEqual({
      size: held.ContentLength,
      eTag: held.ETag?.replaceAll('"', ''),
      versionId: held.VersionId,
    });
    expect(object.sequencer).toMatch(/^[\dA-F]{16,}$/);
  });

  test('several files are several messages of one batch', async () => {
    const other = join(folder, 'other.jpg');
    await writeFile(other, await drawSample(12));
    const printed = (await event('s3-sns-sqs', file, other, '--owner', 'eve')) as {
      Records: { eventSourceARN: string }[];
    };
    expect(changedImages(printed).map(({ key }) => key)).toEqual([`users/eve/${name}`, 'users/eve/other.jpg']);
    const { Attributes: attributes } = await stage.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: stage.output('RenditionsQueueUrl'), AttributeNames: ['QueueArn'] }),
    );
    expect(printed.Records.map(({ eventSourceARN }) => eventSourceARN)).toEqual([0, 1].map(() => attributes?.QueueArn));
  });

  test('s3-sns-failure is what the failure queue holds: the event of the function that could not handle it', async () => {
    const printed = (await event('s3-sns-failure', file, '--owner', 'eve')) as { Records: [{ body: string }] };
    const record = JSON.parse(printed.Records[0].body) as { requestPayload: unknown; requestContext: object };
    expect(changedImages(record.requestPayload)).toEqual([expect.objectContaining({ key: `users/eve/${name}` })]);
    expect(record.requestContext).toMatchObject({ condition: 'RetriesExhausted' });
  });

  test('a removal names a key, and neither uploads nor needs the file', async () => {
    const printed = await event(
      's3-sns',
      'gone.jpg',
      '--key',
      'users/eve/gone.jpg',
      '--event-name',
      'ObjectRemoved:Delete',
    );
    expect(changedImages(printed)).toEqual([expect.objectContaining({ key: 'users/eve/gone.jpg' })]);
    expect(s3Object(printed)).not.toHaveProperty('size');
  });

  test('schedule is what the schedule sends', async () => {
    const printed = await event('schedule');
    expect(JSON.stringify(printed)).not.toContain('<aws.scheduler');
    expect(printed).toEqual(expect.any(Object));
  });

  test('a chain, a file or a deployment that does not exist: one sentence that says so', async () => {
    for (const [args, message] of [
      [['s3-sms', file], /There is no chain "s3-sms"\. There are: .*s3-sns-sqs/],
      [['s3-sns', join(folder, 'no.jpg')], /no\.jpg cannot be uploaded/],
      [['s3-sns'], /name a file/],
      [['codedeploy-hook'], /CodeDeploy has deployed nothing/],
    ] as const) {
      await expect(event(...args)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
    }
  });
});
