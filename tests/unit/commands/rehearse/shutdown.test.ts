import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';

import { listenForEnd } from '../../../../commands/rehearse/shutdown.ts';

function listening() {
  const exits: number[] = [];
  const stdout = new EventEmitter();
  const hearing = Object.assign(new EventEmitter(), { stdout, exit: (code: number) => void exits.push(code) });
  let time = 50_000;
  const ending = listenForEnd(hearing, () => time);
  return { hearing, stdout, exits, ending, pass: (ms: number) => (time += ms) };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s asks for the end, and ends nothing by itself', (signal) => {
  const { hearing, ending, exits } = listening();
  expect(ending.aborted).toBe(false);
  hearing.emit(signal);
  expect(ending.aborted).toBe(true);
  expect(exits).toEqual([]);
});

test('one that comes by two ways is one: what was begun is still put back', () => {
  const { hearing, exits, pass } = listening();
  hearing.emit('SIGHUP');
  pass(900);
  hearing.emit('SIGHUP');
  expect(exits).toEqual([]);
});

test('who asks again after a while does not want to wait', () => {
  const { hearing, exits, pass } = listening();
  hearing.emit('SIGINT');
  pass(1_001);
  hearing.emit('SIGINT');
  expect(exits).toEqual([130]);
});

test('output that nobody reads any more asks for the end, too', () => {
  const { stdout, ending, exits } = listening();
  stdout.emit('error', new Error('write EPIPE'));
  stdout.emit('error', new Error('write EPIPE'));
  expect(ending.aborted).toBe(true);
  expect(exits).toEqual([]);
});
