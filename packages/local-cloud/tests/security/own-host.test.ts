import { expect, test } from '@jest/globals';
import { isHostName, ownHosts } from '../../src/wire/own-host.ts';

test.each([
  '127.0.0.1',
  '127.0.0.1:4566',
  'localhost',
  'LocalHost:80',
  '[::1]',
  '[::1]:4566',
  'pictures.localhost:4566',
  'my.pictures.s3.us-east-1.localhost',
])('%s is the local cloud', (host) => {
  expect(ownHosts()(host)).toBe(true);
});

test.each([
  undefined,
  '',
  'evil.example',
  'evil.example:4566',
  'localhost.evil.example',
  'evillocalhost',
  '127.0.0.1.evil.example',
  '127.0.0.1@evil.example',
  'evil.example#.localhost',
  'evil.example/.localhost',
  '127.0.0.2',
  '172.17.0.1',
  '0.0.0.0:4566',
  '[::]',
  '[::ffff:127.0.0.1]',
  'bucket.s3.amazonaws.com',
])('%s is not', (host) => {
  expect(ownHosts()(host)).toBe(false);
});

test('what is allowed is allowed at any port, and nothing below it', () => {
  const isOwnHost = ownHosts(['172.17.0.1', 'Cloud.Internal', 'fe80::1']);
  for (const host of ['172.17.0.1:9000', '172.17.0.1', 'cloud.internal:1', '[fe80::1]:4566', 'localhost']) {
    expect([host, isOwnHost(host)]).toEqual([host, true]);
  }
  for (const host of ['a.cloud.internal', '172.17.0.10', '[fe80::2]'])
    expect([host, isOwnHost(host)]).toEqual([host, false]);
});

test('only a name or an address alone can be allowed', () => {
  for (const host of ['172.17.0.1', 'host.docker.internal', '::1', '[::1]'])
    expect([host, isHostName(host)]).toEqual([host, true]);
  for (const host of ['', '172.17.0.1:4566', 'http://a', 'a/b', 'a b', '*', 'a@b', '*.example']) {
    expect([host, isHostName(host)]).toEqual([host, false]);
  }
});
