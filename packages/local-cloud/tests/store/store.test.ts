import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openStore } from '../../src/core/store.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  file = join(folder, 'state', 'things.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
const reopened = (): object => Object.fromEntries(openStore<unknown>(file).entries());

/** As JSON, which knows no negative zero. Sorted by keys alone: a value may be any JSON, an object with a property "toString" too. */
const inOrderOfKeys = (entries: object): string =>
  JSON.stringify(Object.entries(entries).sort(([one], [other]) => (one < other ? -1 : 1)));

/** A process of its own, which does `code` and then ends as `end` says, within the turn. */
function inAnotherProcess(code: string, end: string): void {
  const module = JSON.stringify(join(import.meta.dirname, '..', '..', 'src', 'core', 'store.ts'));
  const other = JSON.stringify(join(folder, 'state', 'other.jsonl'));
  const script = `import { openStore } from ${module};
    const one = openStore(${JSON.stringify(file)}), other = openStore(${other});
    ${code}; ${end}`;
  spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
}
const KILLED = `process.kill(process.pid, 'SIGKILL')`;

describe('A store', () => {
  test('is there again after a restart', () => {
    const store = openStore<unknown>(file);
    store.set('a', { size: 1 });
    store.set('b', 2);
    store.set('a', { size: 3 });
    store.delete('b');
    expect(reopened()).toEqual({ a: { size: 3 } });
  });

  test('holds, after any changes in any number of turns, what it held before the restart', async () => {
    const change = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      value: fc.option(fc.jsonValue({ maxDepth: 1 })),
      turnEnds: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 30 }), async (changes) => {
        rmSync(file, { force: true });
        const store = openStore<unknown>(file);
        for (const { key, value, turnEnds } of changes) {
          if (value === null) store.delete(key);
          else store.set(key, value);
          if (turnEnds) await nextTurn();
        }
        const held = inOrderOfKeys(Object.fromEntries(store.entries()));
        expect(inOrderOfKeys(reopened())).toBe(held);
      }),
    );
  });

  test('writes an entry once in a turn, and nothing of what came and went within it', async () => {
    const store = openStore<number>(file);
    for (let count = 1; count <= 100; count++) store.set('counter', count);
    store.set('passing', 1);
    store.delete('passing');
    expect(linesOf(file)).toEqual([]);
    await nextTurn();
    expect(linesOf(file)).toEqual([['counter', 100]]);
  });

  test('loses nothing of an earlier turn when its process is killed', () => {
    inAnotherProcess(`one.set('a', 1); await new Promise(setImmediate)`, KILLED);
    expect(reopened()).toEqual({ a: 1 });
  });

  test('loses nothing when its process ends in the midst of a turn', () => {
    inAnotherProcess(`one.set('a', 1)`, 'process.exit(0)');
    expect(reopened()).toEqual({ a: 1 });
    inAnotherProcess(`one.set('b', 2)`, `throw new Error('nobody catches this')`);
    expect(reopened()).toEqual({ a: 1, b: 2 });
  });

  test('gives up what moves to another store only when that one has it', () => {
    // The first store waits to be written first; killed between the two, the entry must not be in neither.
    const killBetween = `const { default: fs } = await import('node:fs'); const { syncBuiltinESMExports } = await import('node:module');
      const append = fs.appendFileSync; let writes = 0;
      fs.appendFileSync = (...all) => { append(...all); if (++writes === 1) ${KILLED}; }; syncBuiltinESMExports();`;
    inAnotherProcess(`one.set('message', 1)`, 'process.exit(0)');
    inAnotherProcess(
      `${killBetween} one.delete('message'); other.set('message', 1)`,
      'await new Promise(setImmediate)',
    );
    expect(linesOf(join(folder, 'state', 'other.jsonl'))).toEqual([['message', 1]]);
    expect(reopened()).toEqual({ message: 1 });
  });

  test('reads what was written before a line that a crash has cut short', () => {
    openStore<number>(file).set('a', 1);
    expect(reopened()).toEqual({ a: 1 });
    appendFileSync(file, '["b",{"half":');
    expect(reopened()).toEqual({ a: 1 });
    expect(linesOf(file)).toEqual([['a', 1]]);
  });

  test('does not let its file grow for ever', async () => {
    const store = openStore<string>(file);
    for (let turn = 0; turn < 40; turn++) {
      store.set('large', `${String(turn)} ${'x'.repeat(1024 * 1024)}`);
      await nextTurn();
    }
    expect(statSync(file).size).toBeLessThan(20 * 1024 * 1024);
    expect(reopened()).toEqual({ large: expect.stringMatching(/^39 /) });
  });

  test('that is discarded leaves no file, whatever still waits to be written', async () => {
    const store = openStore<number>(file);
    store.set('a', 1);
    store.discard();
    store.set('b', 2);
    await nextTurn();
    expect(existsSync(file)).toBe(false);
    expect(reopened()).toEqual({});
  });

  test('does not mind that its folder has been removed', async () => {
    const store = openStore<number>(file);
    store.set('a', 1);
    rmSync(folder, { recursive: true });
    await nextTurn();
    expect(store.get('a')).toBe(1);
    expect(existsSync(folder)).toBe(false);
  });

  test('without a file is a map', () => {
    const store = openStore<number>(undefined);
    store.set('a', 1);
    store.set('b', 2);
    expect([store.get('a'), store.delete('a'), store.delete('a'), store.size]).toEqual([1, true, false, 1]);
    store.discard();
    expect([...store.entries()]).toEqual([['b', 2]]);
  });
});
