import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from 'local-cloud/testing';
import type { RunningCloud } from '../../support/local-cloud.ts';
import { startCloud } from '../support/start-cloud.ts';
import { cliNames, commandLine, type CommandLine } from './command-line.ts';
import { findAwsClis } from './install.ts';

let cloud: RunningCloud;
let folder: string;
/** Whatever came up goes down again, whatever did not. */
const running: (() => Promise<void>)[] = [];
beforeAll(async () => {
  await findAwsClis();
  folder = await mkdtemp(join(tmpdir(), 'aws-cli-'));
  running.push(() => rm(folder, { recursive: true, force: true }));
  cloud = await startCloud();
  running.push(cloud.stop);
});
afterAll(async () => {
  for (const stop of running.reverse()) await stop();
});

const MEGABYTE = 1_000_000;
const key = JSON.stringify({ id: { S: 'a' }, at: { N: '1' } });

describe.each(cliNames)('%s', (name) => {
  let aws: CommandLine;
  let own: string;
  let Bucket: string;
  const file = (path: string): string => join(own, path);
  const newer = (): boolean => aws.version.startsWith('2.');

  beforeAll(async () => {
    aws = await commandLine(name, cloud.endpoint);
    console.log(`${name}: ${aws.version}`);
    Bucket = `cli-${String(cliNames.indexOf(name))}`;
    own = join(folder, Bucket);
    await mkdir(file('folder/below'), { recursive: true });
    await writeFile(file('folder/a.txt'), 'hello');
    await writeFile(file('folder/below/ä b+c&d.txt'), 'wörld');
    await aws.text('s3', 'mb', `s3://${Bucket}`);
  });

  test('s3 cp: 20 MB go up in parts, are copied in parts, and come back byte for byte', async () => {
    const bytes = randomBytes(20 * MEGABYTE);
    await writeFile(file('large'), bytes);
    await aws.text('s3', 'cp', file('large'), `s3://${Bucket}/large`, '--no-progress');
    const head = await aws.json<{ ContentLength: number; ETag: string }>(
      ...['s3api', 'head-object', '--bucket', Bucket, '--key', 'large'],
    );
    expect(head).toMatchObject({ ContentLength: 20 * MEGABYTE, ETag: expect.stringMatching(/-3"$/) });
    await aws.text('s3', 'cp', `s3://${Bucket}/large`, `s3://${Bucket}/copy`, '--no-progress');
    await aws.text('s3', 'mv', `s3://${Bucket}/copy`, `s3://${Bucket}/moved`, '--no-progress');
    await aws.text('s3', 'cp', `s3://${Bucket}/moved`, file('back'), '--no-progress');
    expect((await readFile(file('back'))).equals(bytes)).toBe(true);
  });

  test('s3 sync, ls, rm: a folder goes up and comes down, and a second time nothing is left to do', async () => {
    const up = ['s3', 'sync', file('folder'), `s3://${Bucket}/folder`, '--no-progress'];
    expect((await aws.text(...up)).match(/^upload:/gm)).toHaveLength(2);
    expect(await aws.text(...up)).toBe('');
    const down = ['s3', 'sync', `s3://${Bucket}/folder`, file('down'), '--no-progress'];
    expect((await aws.text(...down)).match(/^download:/gm)).toHaveLength(2);
    expect(await aws.text(...down)).toBe('');
    expect(await readFile(file('down/below/ä b+c&d.txt'), 'utf8')).toBe('wörld');

    const listed = await aws.text('s3', 'ls', `s3://${Bucket}/folder/`, '--recursive');
    expect(listed).toMatch(/ 5 folder\/a\.txt\n.* 6 folder\/below\/ä b\+c&d\.txt\n$/);
    expect(await aws.text('s3', 'ls', `s3://${Bucket}/folder/`)).toContain('PRE below/');
    expect(await aws.text('s3', 'ls')).toContain(Bucket);

    const removed = await aws.text('s3', 'rm', `s3://${Bucket}/folder`, '--recursive');
    expect(removed.match(/^delete:/gm)).toHaveLength(2);
    expect((await aws.run('s3', 'ls', `s3://${Bucket}/folder/`)).code).toBe(1);
  });

  test('s3 presign: a URL that reads, for an hour; of an older signature version it is told what to use', async () => {
    await aws.text('s3', 'cp', file('folder/a.txt'), `s3://${Bucket}/shared`, '--no-progress');
    const url = (await aws.text('s3', 'presign', `s3://${Bucket}/shared`)).trim();
    const answer = await fetch(url);
    if (newer()) expect(await answer.text()).toBe('hello');
    else {
      // The first generation signs so by default, and S3 takes it for buckets from before June 2020 only.
      expect(url).toContain('AWSAccessKeyId=');
      expect(await answer.text()).toContain('Please use AWS4-HMAC-SHA256');
    }
  });

  test('s3api: objects with metadata, tags and checksums; versions; CORS', async () => {
    const api = (operation: string, ...args: string[]) =>
      aws.text('s3api', operation, '--bucket', Bucket, '--output', 'json', ...args);
    await api('put-bucket-versioning', '--versioning-configuration', 'Status=Enabled');
    const described = ['--metadata', 'a=b', '--tagging', 'x=y', '--checksum-algorithm', 'SHA256'];
    const put = await api('put-object', '--key', 'k', '--body', file('folder/a.txt'), ...described);
    expect(JSON.parse(put)).toMatchObject({ ChecksumSHA256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=' });
    const got = await api('get-object', '--key', 'k', '--checksum-mode', 'ENABLED', file('got'));
    expect(JSON.parse(got)).toMatchObject({ ContentLength: 5, Metadata: { a: 'b' } });
    expect(await readFile(file('got'), 'utf8')).toBe('hello');
    const objects = JSON.stringify({ Objects: [{ Key: 'k' }] });
    expect(await api('delete-objects', '--delete', objects)).toContain('"DeleteMarker": true');
    const versions = JSON.parse(await api('list-object-versions', '--prefix', 'k')) as Record<string, object[]>;
    expect([versions['Versions']?.length, versions['DeleteMarkers']?.length]).toEqual([1, 1]);
    const rules = { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] };
    await api('put-bucket-cors', '--cors-configuration', JSON.stringify(rules));
    expect(JSON.parse(await api('get-bucket-cors'))).toEqual(rules);
  });

  test('sqs: a queue is made, and a message sent, received and deleted, in the protocol that this one speaks', async () => {
    const { QueueUrl } = await aws.json<{ QueueUrl: string }>('sqs', 'create-queue', '--queue-name', `q-${Bucket}`);
    const queue = (operation: string, ...args: string[]) =>
      aws.text('sqs', operation, '--queue-url', QueueUrl, '--output', 'json', ...args);
    const attributes = JSON.stringify({ kind: { DataType: 'String', StringValue: 'greeting' } });
    await queue('send-message', '--message-body', 'hi ü & <x>', '--message-attributes', attributes);
    const asked = ['--attribute-names', 'All', '--message-attribute-names', 'All', '--wait-time-seconds', '5'];
    const received = JSON.parse(await queue('receive-message', ...asked)) as {
      Messages: { Body: string; ReceiptHandle: string; Attributes: object; MessageAttributes: object }[];
    };
    expect(received.Messages[0]).toMatchObject({
      Body: 'hi ü & <x>',
      Attributes: { ApproximateReceiveCount: '1' },
      MessageAttributes: { kind: { StringValue: 'greeting' } },
    });
    await queue('delete-message', '--receipt-handle', received.Messages[0]?.ReceiptHandle ?? '');
    const left = await queue('get-queue-attributes', '--attribute-names', 'All');
    expect(JSON.parse(left)).toMatchObject({
      Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' },
    });
    await queue('delete-queue');
    // Answers that say that there is nothing: one of the two speaks the query protocol, where that is an empty element.
    const empty = await aws.json<{ QueueUrl: string }>('sqs', 'create-queue', '--queue-name', `empty-${Bucket}`);
    for (const [operation, ...args] of [
      ['receive-message'],
      ['list-queue-tags'],
      ['get-queue-attributes'],
      ['get-queue-attributes', '--attribute-names', 'Policy'],
      ['list-dead-letter-source-queues'],
    ] as const) {
      const answered = await aws.run('sqs', operation, '--queue-url', empty.QueueUrl, ...args);
      expect([operation, answered.stderr]).toEqual([operation, '']);
    }
    const listed = await aws.run('sqs', 'list-queues', '--queue-name-prefix', 'nobody-has-this');
    expect(listed.stderr).toBe('');
    await aws.text('sqs', 'delete-queue', '--queue-url', empty.QueueUrl);
    const gone = await aws.run('sqs', 'get-queue-url', '--queue-name', `q-${Bucket}`);
    // The two protocols have two codes for it, as on AWS.
    expect(gone.stderr).toMatch(/\((AWS\.SimpleQueueService\.NonExistentQueue|QueueDoesNotExist)\)/);
  });

  test('sns: what is published comes out of a subscribed queue', async () => {
    const { TopicArn } = await aws.json<{ TopicArn: string }>('sns', 'create-topic', '--name', `t-${Bucket}`);
    const { QueueUrl } = await aws.json<{ QueueUrl: string }>('sqs', 'create-queue', '--queue-name', `s-${Bucket}`);
    const queueArn = `arn:aws:sqs:us-east-1:000000000000:s-${Bucket}`;
    const Statement = [
      { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: queueArn },
    ];
    const attributes = JSON.stringify({ Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    await aws.text('sqs', 'set-queue-attributes', '--queue-url', QueueUrl, '--attributes', attributes);
    const subscription = ['--topic-arn', TopicArn, '--protocol', 'sqs', '--notification-endpoint', queueArn];
    await aws.text('sns', 'subscribe', ...subscription, '--attributes', 'RawMessageDelivery=true');
    await aws.text('sns', 'publish', '--topic-arn', TopicArn, '--message', 'news', '--subject', 'today');
    const receive = ['sqs', 'receive-message', '--queue-url', QueueUrl, '--wait-time-seconds', '10'];
    const { Messages } = await aws.json<{ Messages: { Body: string }[] }>(...receive);
    expect(Messages.map(({ Body }) => Body)).toEqual(['news']);
  });

  test('dynamodb: a table is made, and items put, read, updated, queried, scanned and deleted', async () => {
    const TableName = `table-${Bucket}`;
    const table = (operation: string, ...args: string[]) =>
      aws.text('dynamodb', operation, '--table-name', TableName, '--output', 'json', ...args);
    await table(
      ...['create-table', '--billing-mode', 'PAY_PER_REQUEST'],
      ...['--attribute-definitions', 'AttributeName=id,AttributeType=S', 'AttributeName=at,AttributeType=N'],
      ...['--key-schema', 'AttributeName=id,KeyType=HASH', 'AttributeName=at,KeyType=RANGE'],
    );
    await aws.text('dynamodb', 'wait', 'table-exists', '--table-name', TableName);
    await table('put-item', '--item', key);
    const update = ['--update-expression', 'SET word = :w', '--expression-attribute-values'];
    await table('update-item', '--key', key, ...update, JSON.stringify({ ':w': { S: 'ü' } }));
    const item = { id: { S: 'a' }, at: { N: '1' }, word: { S: 'ü' } };
    expect(JSON.parse(await table('get-item', '--key', key, '--consistent-read'))).toEqual({ Item: item });
    const values = ['--expression-attribute-values', JSON.stringify({ ':i': { S: 'a' } })];
    const queried = await table('query', '--key-condition-expression', 'id = :i', ...values);
    expect(JSON.parse(queried)).toMatchObject({ Items: [item], Count: 1 });
    expect(JSON.parse(await table('scan'))).toMatchObject({ Items: [item] });
    const failed = await aws.run(
      ...['dynamodb', 'put-item', '--table-name', TableName, '--item', key],
      ...['--condition-expression', 'attribute_not_exists(id)'],
    );
    expect(failed.stderr).toContain('(ConditionalCheckFailedException)');
    await table('delete-item', '--key', key);
    expect(JSON.parse(await table('scan'))).toMatchObject({ Count: 0 });
    await table('delete-table');
  });

  test('lambda invoke: an answer with its log, an error of the function, an event for later', async () => {
    const { EchoFunctionName: FunctionName = '' } = cloud.outputs;
    const invoke = (payload: object, ...args: string[]) =>
      aws.json<{ StatusCode: number; FunctionError?: string; LogResult?: string }>(
        ...['lambda', 'invoke', '--function-name', FunctionName, '--payload', JSON.stringify(payload)],
        // The second generation expects base64 otherwise.
        ...(newer() ? ['--cli-binary-format', 'raw-in-base64-out'] : []),
        ...args,
        file('answer.json'),
      );
    const { StatusCode, LogResult = '' } = await invoke({ from: aws.version }, '--log-type', 'Tail');
    expect(StatusCode).toBe(200);
    expect(JSON.parse(await readFile(file('answer.json'), 'utf8'))).toEqual({ echo: { from: aws.version } });
    expect(Buffer.from(LogResult, 'base64').toString()).toMatch(/START RequestId(.|\n)*heard(.|\n)*REPORT RequestId/);
    expect(await invoke({ fail: 'on purpose' })).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(await readFile(file('answer.json'), 'utf8')).toContain('"errorType":"RangeError"');
    expect(await invoke({}, '--invocation-type', 'Event')).toMatchObject({ StatusCode: 202 });
  });

  test('logs: what a function heard of an upload is in its log group', async () => {
    const { HeardBucketName = '', EchoLogGroupName: group = '' } = cloud.outputs;
    await aws.text('s3', 'cp', file('folder/a.txt'), `s3://${HeardBucketName}/from ${Bucket}`, '--no-progress');
    // `logs tail` came with the second generation.
    const command = newer() ? ['tail', group, '--since', '1h'] : ['filter-log-events', '--log-group-name', group];
    const heard = async (): Promise<boolean> => (await aws.text('logs', ...command)).includes(`from+${Bucket}`);
    await eventually('the upload in the log', heard);
    if (!newer()) expect((await aws.run('logs', 'tail', group)).stderr).toMatch(/Invalid choice/i);
  });

  test('cloudformation and sts: the stack with its outputs, and who calls', async () => {
    const { Stacks } = await aws.json<{ Stacks: { StackStatus: string; Outputs: object[] }[] }>(
      ...['cloudformation', 'describe-stacks', '--stack-name', 'serverless-thumbnails'],
    );
    expect(Stacks[0]?.StackStatus).toBe('CREATE_COMPLETE');
    expect(Stacks[0]?.Outputs).toContainEqual({
      OutputKey: 'EchoFunctionName',
      OutputValue: cloud.outputs['EchoFunctionName'],
    });
    expect(await aws.json('sts', 'get-caller-identity')).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
    });
  });

  test('what is not implemented is refused by name, in every protocol', async () => {
    const website = ['--website-configuration', '{"IndexDocument":{"Suffix":"index.html"}}'];
    const refused = async (...args: string[]) => (await aws.run(...args)).stderr;
    expect(await refused('s3api', 'put-bucket-website', '--bucket', Bucket, ...website)).toContain(
      's3:PutBucketWebsite',
    );
    expect(await refused('sns', 'list-phone-numbers-opted-out')).toContain('sns:ListPhoneNumbersOptedOut');
    expect(await refused('dynamodb', 'list-backups')).toContain('ListBackups');
    expect(await refused('lambda', 'list-code-signing-configs')).toMatch(/NotImplemented.*does not implement/s);
    expect(await refused('kinesis', 'list-streams')).toContain('the service "kinesis"');
    // REST-XML, REST-JSON, and the query protocol.
    expect(await refused('cloudfront', 'list-distributions')).toMatch(/NotImplemented.*the service "cloudfront"/s);
    expect(await refused('route53', 'list-hosted-zones')).toMatch(/NotImplemented.*the service "route53"/s);
    expect(await refused('apigateway', 'get-rest-apis')).toMatch(/NotImplemented.*the service "apigateway"/s);
    expect(await refused('rds', 'describe-db-instances')).toMatch(/NotImplemented.*the service "rds"/s);
  });

  test('s3 rb: a bucket goes with all that is in it', async () => {
    await aws.text('s3', 'mb', `s3://${Bucket}-rb`);
    await aws.text('s3', 'cp', file('folder'), `s3://${Bucket}-rb`, '--recursive', '--no-progress');
    await aws.text('s3', 'rb', `s3://${Bucket}-rb`, '--force');
    expect(await aws.text('s3', 'ls')).not.toContain(`${Bucket}-rb`);
  });
});
