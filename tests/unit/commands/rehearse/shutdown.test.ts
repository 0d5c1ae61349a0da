import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';

import { listenForShutdown } from '../../../../commands/rehearse/shutdown.ts';

function listening() {
  const exits: number[] = [];
  const stdout = new EventEmitter();
  const events = Object.assign(new EventEmitter(), { stdout, exit: (code: number) => void exits.push(code) });
  let time = 50_000;
  const shutdown = listenForShutdown(events, () => time);
  return { events, stdout, exits, shutdown, pass: (ms: number) => (time += ms) };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s asks for the end, and ends nothing by itself', (signal) => {
  const { events, shutdown, exits } = listening();
  expect(shutdown.aborted).toBe(false);
  events.emit(signal);
  expect(shutdown.aborted).toBe(true);
  expect(exits).toEqual([]);
});

test('a signal that arrives twice is one request, so that changes are still reverted', () => {
  const { events, exits, pass } = listening();
  events.emit('SIGHUP');
  pass(900);
  events.emit('SIGHUP');
  expect(exits).toEqual([]);
});

test('who asks again after a while does not want to wait', () => {
  const { events, exits, pass } = listening();
  events.emit('SIGINT');
  pass(1_001);
  events.emit('SIGINT');
  expect(exits).toEqual([130]);
});

test('output that nobody reads any more asks for the end, too', () => {
  const { stdout, shutdown, exits } = listening();
  stdout.emit('error', new Error('write EPIPE'));
  stdout.emit('error', new Error('write EPIPE'));
  expect(shutdown.aborted).toBe(true);
  expect(exits).toEqual([]);
});
