import { expect, test } from '@jest/globals';
import { ownHosts } from '../../src/wire/own-host.ts';
import { pageBehind } from '../../src/wire/page.ts';

const host = '127.0.0.1:4566';
const ours = `http://${host}`;
const behind = (headers: Record<string, string>) => pageBehind({ host, ...headers }, ownHosts());

test.each<[string, Record<string, string>]>([
  ['a program', { 'user-agent': 'aws-cli/2.31' }],
  [
    'a program that signs, whatever it calls itself',
    { 'user-agent': 'Mozilla/5.0', authorization: 'AWS4-HMAC-SHA256 …' },
  ],
  ['PowerShell', { 'user-agent': 'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1' }],
  ['somebody who types an address', { 'user-agent': 'Mozilla/5.0', 'sec-fetch-site': 'none' }],
  ['a page of ours', { 'user-agent': 'Mozilla/5.0', 'sec-fetch-site': 'same-origin', origin: ours }],
  ['a form of ours that sends no referrer', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
  ['a page of ours in an older browser', { 'user-agent': 'Mozilla/5.0', origin: ours }],
  ['a picture of ours in an older browser', { 'user-agent': 'Mozilla/5.0', referer: `${ours}/a/b` }],
])('behind %s there is no page elsewhere', (_what, headers) => {
  expect(behind(headers)).toBeUndefined();
});

test.each<[string, Record<string, string>, { origin: string; isLocal: boolean }]>([
  ['another port', { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' }, local('http://localhost:3000')],
  ['another port, an older browser', { origin: 'http://127.0.0.1:3000' }, local('http://127.0.0.1:3000')],
  ['a picture in a page at another port', { 'sec-fetch-site': 'same-site' }, local('unknown')],
  [
    '… that says so',
    { 'sec-fetch-site': 'cross-site', referer: 'http://a.localhost:3000/x' },
    local('http://a.localhost:3000'),
  ],
  ['a stranger', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, foreign('https://evil.example')],
  ['a stranger, an older browser', { origin: 'https://evil.example' }, foreign('https://evil.example')],
  ['a picture in a page of a stranger', { referer: 'https://evil.example/x' }, foreign('https://evil.example')],
  ['a picture that says nothing', { 'sec-fetch-site': 'cross-site' }, foreign('unknown')],
  ['a picture in an older browser that says nothing', { 'user-agent': 'Mozilla/5.0' }, foreign('unknown')],
  ['a sandbox', { 'sec-fetch-site': 'cross-site', origin: 'null' }, foreign('null')],
  ['a sandbox, an older browser', { origin: 'null' }, foreign('null')],
  ['an opened object of ours', { 'sec-fetch-site': 'cross-site', referer: `${ours}/b/k` }, local(ours)],
  [
    'an origin that looks like ours',
    { origin: 'http://127.0.0.1:4566.evil.example' },
    foreign('http://127.0.0.1:4566.evil.example'),
  ],
  ['an extension', { origin: 'chrome-extension://localhost' }, foreign('chrome-extension://localhost')],
  [
    'one that contradicts itself',
    { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
    foreign('https://evil.example'),
  ],
])('a page elsewhere: %s', (_what, headers, page) => {
  expect(behind(headers)).toEqual(page);
});

function local(origin: string) {
  return { origin, isLocal: true };
}
function foreign(origin: string) {
  return { origin, isLocal: false };
}
