import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findNode } from '../../src/runtime/node-binary.ts';

const path = process.env['PATH'];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'node-'));
  writeFileSync(join(folder, 'node'), '#!/bin/sh\necho 97.1.0\n');
  chmodSync(join(folder, 'node'), 0o755);
  process.env['PATH'] = `${folder}${delimiter}${path ?? ''}`;
});
afterAll(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
});

test('a function runs on the Node that runs the cloud where that is its major', () => {
  expect(findNode(`nodejs${process.versions.node.split('.')[0] ?? ''}.x`)).toBe(process.execPath);
});

// What stands in for Node here is a shell script.
(process.platform === 'win32' ? test.skip : test)('else on one of its major from the PATH', () => {
  expect(findNode('nodejs97.x')).toBe(join(folder, 'node'));
});

test('and on no other: the refusal says what to install', () => {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  expect(() => findNode('nodejs98.x')).toThrow(`npm install node98@npm:${name}@98`);
  expect(() => findNode('python3.13')).toThrow('runs Node.js functions');
});
