import { expect, test } from '@jest/globals';
import { createUndoable, UNDO_TIME } from '../../../web/images/undo.ts';

function bench() {
  const hidden: string[] = [];
  const back: string[][] = [];
  const asked: { things: readonly string[]; leaving: boolean }[] = [];
  const shown: (readonly string[])[] = [];
  let timer: { ms: number; work: () => void } | undefined;
  const undoable = createUndoable<string>({
    hide: (thing) => hidden.push(thing),
    bringBack: (things) => back.push([...things]),
    commit: (things, leaving) => asked.push({ things, leaving }),
    later: (ms, work) => {
      timer = { ms, work };
      return () => (timer = undefined);
    },
    show: (things) => shown.push(things),
  });
  return { undoable, hidden, back, asked, shown, timer: () => timer };
}

test('the API is asked when the time to undo has passed', () => {
  const { undoable, asked, shown, timer } = bench();
  undoable.remove('a');
  expect([timer()?.ms, asked]).toEqual([UNDO_TIME, []]);
  timer()?.work();
  expect(asked).toEqual([{ things: ['a'], leaving: false }]);
  expect(shown).toEqual([['a'], []]);
});

test('an undo brings all of a row back, and nothing is asked', () => {
  const { undoable, asked, back, timer } = bench();
  undoable.remove('a');
  undoable.remove('b');
  undoable.undo();
  expect([back, asked, timer()]).toEqual([[['a', 'b']], [], undefined]);
  undoable.undo();
  undoable.commitNow(true);
  expect([back.length, asked]).toEqual([1, []]);
});

test('leaving the page asks at once, and once', () => {
  const { undoable, asked, timer } = bench();
  undoable.remove('a');
  undoable.commitNow(true);
  undoable.commitNow(true);
  expect(asked).toEqual([{ things: ['a'], leaving: true }]);
  expect(timer()).toBeUndefined();
});
