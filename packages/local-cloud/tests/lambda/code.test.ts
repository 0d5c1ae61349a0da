import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
  type UpdateFunctionCodeCommandInput,
} from '@aws-sdk/client-lambda';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { createCloud, type Cloud } from '../../src/cloud.ts';

/** A function that answers a word, released as `live`, and one that may only read it. */
const template = (word: string, memory = 128): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: fn
      Runtime: nodejs24.x
      Handler: index.handler
      MemorySize: ${memory}
      AutoPublishAlias: live
      InlineCode: exports.handler = async () => '${word}';
  Reader:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: reader
      Runtime: nodejs24.x
      Handler: index.handler
      Policies: [{ Statement: [{ Effect: Allow, Action: lambda:GetFunction, Resource: !GetAtt Fn.Arn }] }]
      InlineCode: |
        const { LambdaClient, ...commands } = require('@aws-sdk/client-lambda');
        exports.handler = async ({ command, input }) =>
          new LambdaClient().send(new commands[command + 'Command'](input)).then(() => 'done', ({ message }) => message);
`;

const folder = mkdtempSync(join(tmpdir(), 'lambda-code-'));
const file = join(folder, 'template.yaml');
let cloud: Cloud;
let client: LambdaClient;

async function start(): Promise<void> {
  cloud = await createCloud({ template: file, port: 0, stateFolder: join(folder, 'state') });
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  client = new LambdaClient({ endpoint: cloud.endpoint, region: cloud.region, credentials, maxAttempts: 1 });
}
async function deploy(...[word, memory]: Parameters<typeof template>): Promise<void> {
  writeFileSync(file, template(word, memory));
  await cloud.deploy();
}
beforeAll(async () => {
  await start();
  await deploy('template');
});
afterAll(async () => {
  client.destroy();
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

const zipOf = (word: string): Uint8Array =>
  zipSync({ 'index.js': strToU8(`exports.handler = async () => '${word}';`) });
/** A zip whose directory says that its file has so many bytes. */
const announcing = (bytes: number): Uint8Array => {
  const zip = Buffer.from(zipOf('x'));
  zip.writeUInt32LE(bytes, zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
  return zip;
};
const update = (input: Partial<UpdateFunctionCodeCommandInput>) =>
  client.send(new UpdateFunctionCodeCommand({ FunctionName: 'fn', ...input }));
const publish = (input: object = {}) => client.send(new PublishVersionCommand({ FunctionName: 'fn', ...input }));
const get = (Qualifier?: string) => client.send(new GetFunctionCommand({ FunctionName: 'fn', Qualifier }));
const invoke = async (Qualifier = '$LATEST', FunctionName = 'fn', event: object = {}): Promise<unknown> => {
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = await client.send(new InvokeCommand({ FunctionName, Qualifier, Payload }));
  return JSON.parse(Buffer.from(answer.Payload ?? []).toString());
};

describe('UpdateFunctionCode', () => {
  test('puts new code into $LATEST, while versions and aliases keep theirs', async () => {
    const before = (await get()).Configuration;
    const updated = await update({ ZipFile: zipOf('uploaded') });
    expect(updated).toMatchObject({ Version: '$LATEST', LastUpdateStatus: 'Successful', FunctionName: 'fn' });
    expect(updated.CodeSha256).not.toBe(before?.CodeSha256);
    expect(updated.RevisionId).not.toBe(before?.RevisionId);
    await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 5 }, { FunctionName: 'fn' });
    expect([await invoke(), await invoke('live')]).toEqual(['uploaded', 'template']);
  });

  test('only looks with DryRun, and publishes with Publish', async () => {
    const before = (await get()).Configuration;
    const tried = await update({ ZipFile: zipOf('tried'), DryRun: true });
    expect(tried.CodeSha256).not.toBe(before?.CodeSha256);
    expect((await get()).Configuration).toEqual(before);
    const published = await update({ ZipFile: zipOf('published'), Publish: true });
    expect(published).toMatchObject({ Version: '2', FunctionArn: expect.stringMatching(/:fn:2$/) });
    expect(await invoke('2')).toBe('published');
  });

  test('refuses what is no code, and a function that has changed meanwhile', async () => {
    const wrong: [input: Partial<UpdateFunctionCodeCommandInput>, name: string, message: string][] = [
      [{ ZipFile: strToU8('no zip') }, 'InvalidParameterValueException', 'Could not unzip uploaded file'],
      [{ ZipFile: zipSync({ 'a/../../b': strToU8('x') }) }, 'InvalidParameterValueException', 'Could not unzip'],
      [{ ZipFile: zipSync({}) }, 'InvalidParameterValueException', 'Uploaded file must be a non-empty zip'],
      [
        { ZipFile: announcing(251 * 1024 ** 2) },
        'InvalidParameterValueException',
        'Unzipped size must be smaller than 262144000 bytes',
      ],
      [{}, 'InvalidParameterValueException', 'Please provide a source for function code.'],
      [{ ZipFile: zipOf('x'), RevisionId: 'old' }, 'PreconditionFailedException', 'does not match'],
      [{ S3Bucket: 'b', S3Key: 'k' }, 'NotImplemented', 'S3Bucket, S3Key of lambda:UpdateFunctionCode'],
      [{ FunctionName: 'nobody', ZipFile: zipOf('x') }, 'ResourceNotFoundException', 'function:nobody'],
      [{ FunctionName: 'fn:live', ZipFile: zipOf('x') }, 'InvalidParameterValueException', 'not live'],
    ];
    const before = (await get()).Configuration;
    for (const [input, name, message] of wrong) {
      await expect(update(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    }
    expect((await get()).Configuration).toEqual(before);
  });

  test('needs the permission, as does PublishVersion', async () => {
    for (const command of ['UpdateFunctionCode', 'PublishVersion']) {
      expect(await invoke('$LATEST', 'reader', { command, input: { FunctionName: 'fn' } })).toContain(
        `is not authorized to perform: lambda:${command} on resource: arn:aws:lambda:us-east-1:000000000000:function:fn`,
      );
    }
  });
});

describe('PublishVersion', () => {
  test('freezes $LATEST under the next number, and gives it again while nothing changes', async () => {
    const { CodeSha256, RevisionId } = await update({ ZipFile: zipOf('frozen') });
    const made = await publish({ CodeSha256, RevisionId, Description: 'the frozen one' });
    expect(made).toMatchObject({ Version: '3', Description: 'the frozen one', CodeSha256 });
    expect(await publish({ Description: 'nothing new' })).toMatchObject({
      Version: '3',
      Description: 'the frozen one',
    });
    expect(await invoke('3')).toBe('frozen');
  });

  test('publishes nothing for another upload of the same code', async () => {
    await update({ ZipFile: zipOf('frozen') });
    expect(await publish()).toMatchObject({ Version: '3' });
    expect(await update({ ZipFile: zipOf('frozen'), Publish: true })).toMatchObject({ Version: '3' });
  });

  test('refuses another code or revision than the caller expects', async () => {
    await expect(publish({ CodeSha256: 'another' })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('is different from current CodeSHA256 in $LATEST'),
    });
    await expect(publish({ RevisionId: 'old' })).rejects.toMatchObject({ name: 'PreconditionFailedException' });
  });
});

describe('GetFunction', () => {
  const download = async (Qualifier?: string): Promise<Uint8Array> => {
    const answer = await fetch((await get(Qualifier)).Code?.Location ?? '');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
    return new Uint8Array(await answer.arrayBuffer());
  };

  test("tells where a version's code can be fetched, which put back is the same code", async () => {
    expect(Buffer.from(unzipSync(await download('1'))['index.js'] ?? []).toString()).toContain("'template'");
    const first = (await get('1')).Configuration?.CodeSha256;
    expect((await update({ ZipFile: await download('1') })).CodeSha256).toBe(first);
    expect(await invoke()).toBe('template');
  });

  test('tells of no other code', async () => {
    const { Location = '' } = (await get()).Code ?? {};
    const other = Location.replace(/[0-9a-f]{64}/, '0'.repeat(64));
    expect((await fetch(other)).status).toBe(404);
    expect((await fetch(Location, { method: 'PUT', body: 'x' })).status).toBe(405);
  });
});

test('what was uploaded is there after a restart, and the next deployment does what its template says', async () => {
  await update({ ZipFile: zipOf('kept'), Publish: true });
  const { FunctionVersion } = await client.send(
    new UpdateAliasCommand({ FunctionName: 'fn', Name: 'live', FunctionVersion: '4' }),
  );
  expect(FunctionVersion).toBe('4');
  client.destroy();
  await cloud.stop();
  await start();
  await cloud.deploy(); // nothing has changed in the template: what was done past it stays
  expect([await invoke(), await invoke('live'), await invoke('3')]).toEqual(['kept', 'kept', 'frozen']);

  await deploy('template', 256);
  expect([await invoke(), await invoke('live')]).toEqual(['template', 'template']);
  await deploy('next');
  expect([await invoke(), await invoke('live'), await invoke('4')]).toEqual(['next', 'next', 'kept']);
});
