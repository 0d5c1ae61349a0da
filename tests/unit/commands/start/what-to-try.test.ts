import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awsFunction, whatToTry } from '../../../../commands/start/what-to-try.ts';

const repository = join(import.meta.dirname, '..', '..', '..', '..');
const endpoint = 'http://127.0.0.1:4566';
let folder: string;

/** In place of the AWS CLI: says how it was called. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aws-'));
  const program = join(folder, 'aws');
  writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$@"\necho --\nenv\n');
  chmodSync(program, 0o755);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Of somebody who works with AWS, too. */
const surroundings = {
  AWS_PROFILE: 'prod',
  AWS_DEFAULT_PROFILE: 'prod',
  AWS_ACCESS_KEY_ID: 'AKIAREAL',
  AWS_SECRET_ACCESS_KEY: 'real',
  AWS_SESSION_TOKEN: 'real',
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL: 'https://real.example',
};

const shells = ['/bin/bash', '/bin/sh', '/usr/bin/zsh'].filter((shell) => existsSync(shell));

test.each(shells)('the function that is printed asks this machine only, whatever is set around it (%s)', (shell) => {
  const script = `${awsFunction(endpoint)}\nawslocal s3 cp 'a b.jpg' "s3://bucket/x y"`;
  const output = execFileSync(shell, ['-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...surroundings, HOME: folder, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` },
  });
  const [before = '', after = ''] = output.split(/^--$/m);
  expect(before.trim().split('\n')).toEqual(['--endpoint-url', endpoint, 's3', 'cp', 'a b.jpg', 's3://bucket/x y']);
  const variables = Object.fromEntries(
    after
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  expect(variables).toMatchObject({
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'us-east-1',
    NO_PROXY: '127.0.0.1',
  });
  for (const name of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN']) {
    expect(variables).not.toHaveProperty(name);
  }
});

test('what npm start prints calls the AWS CLI by that function alone', () => {
  const outputs = { UploadsBucketName: 'uploads', ThumbnailsBucketName: 'thumbnails' };
  const printed = whatToTry({ type: 'ready', endpoint: 'http://127.0.0.1:5000', outputs });
  expect(printed).toContain(`  ${awsFunction('http://127.0.0.1:5000')}\n`);
  expect(printed).toContain('npm run try -- --endpoint http://127.0.0.1:5000 photo.jpg');
  expect(printed).toContain('awslocal s3 cp photo.jpg s3://uploads/users/demo/photo.jpg');
  expect(printed.match(/\baws (?!--endpoint-url http:\/\/127\.0\.0\.1:5000 )\w/g)).toBeNull();
});

describe.each(['README.md', 'packages/local-cloud/README.md'])('%s', (name) => {
  const text = readFileSync(join(repository, name), 'utf8');

  test('warns of AWS CLIs that ignore AWS_ENDPOINT_URL', () => {
    const words = text.replaceAll(/\s+/g, ' ');
    expect(words).toMatch(/Debian 12's AWS CLI[^.]*(?:\(2\.9\) )?ignores[^.]*AWS CLI v1[^.]*SQS/);
    expect(words).toContain('Give `--endpoint-url` every time');
  });

  test('has no call of the AWS CLI that could reach AWS by mistake', () => {
    // These are for a stack on AWS, and say so.
    const here = text.replace(/^\*\*On AWS\.\*\*.*?(?=^\*\*)/ms, '').replace(/^## The gallery$.*?(?=^## )/ms, '');
    const calls = [...here.matchAll(/(?:^ {4}|`)(aws [^`\n]+)/gm)].map(([, call = '']) => call);
    expect(calls.length).toBeGreaterThan(0);
    // These sign or write on this machine, and are told of, not typed.
    const asksNobody = /^aws (?:s3 presign|configure set)/;
    expect(calls.filter((call) => !call.startsWith('aws --endpoint-url ') && !asksNobody.test(call))).toEqual([]);
  });
});
