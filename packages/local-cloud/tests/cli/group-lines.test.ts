import { beforeEach, expect, test } from '@jest/globals';
import { createLineGrouper, type LineGrouper } from '../../src/cli/group-lines.ts';
import type { Line } from '../../src/cli/line.ts';
import { untilPassing } from '../support/until-passing.ts';

let printed: string[];
let grouper: LineGrouper;
/** Lets the spans that are under way go by. */
let passSpan: () => void;
beforeEach(() => {
  printed = [];
  const waiting = new Set<() => void>();
  passSpan = () => {
    const all = [...waiting];
    waiting.clear();
    for (const resolve of all) resolve();
  };
  grouper = createLineGrouper(({ where, what }) => printed.push(`${where}: ${what}`), {
    work: (_ms, signal) =>
      new Promise((resolve) => {
        waiting.add(resolve);
        signal?.addEventListener('abort', () => resolve());
      }),
  });
});

const line = (what: string, groupKey?: string, where = 's3'): Line => ({
  tone: 'plain',
  where,
  what,
  ...(groupKey !== undefined && { groupKey }),
});
function burst(count: number, groupKey?: string, where?: string): void {
  for (let index = 1; index <= count; index += 1) grouper.print(line(`put ${String(index)}`, groupKey, where));
}
const says = (...expected: string[]): Promise<void> => untilPassing(() => expect(printed).toEqual(expected));
const five = ['s3: put 1', 's3: put 2', 's3: put 3', 's3: put 4', 's3: put 5'];

test('of lines that are alike, five are printed and the others counted', async () => {
  burst(40, 'put');
  await says(...five);
  passSpan();
  await says(...five, 's3: and 35 more: put');
});

test('what flows on is told by its number alone, until it has ceased', async () => {
  burst(6, 'put');
  grouper.print(line('put 7', 'put'));
  passSpan();
  await says(...five, 's3: and 2 more: put');
  burst(3, 'put');
  await says(...five, 's3: and 2 more: put');
  passSpan();
  await says(...five, 's3: and 2 more: put', 's3: and 3 more: put');
  passSpan();
  printed = [];
  await untilPassing(() => {
    // Until the group has noticed that it has ended, a line is counted; printed as it is, being the only one.
    passSpan();
    grouper.print(line('later', 'put'));
    expect(printed).toContain('s3: later');
  });
});

test('a single line that had to wait is printed as it is', async () => {
  burst(6, 'put');
  passSpan();
  await says(...five, 's3: put 6');
});

test('other lines, and those of others, are printed at once', () => {
  burst(20, 'put');
  printed = [];
  burst(7);
  grouper.print(line('removed', 'remove'));
  grouper.print(line('put', 'put', 'elsewhere'));
  expect(printed).toHaveLength(9);
});

test('the end tells what was counted', async () => {
  burst(8, 'put');
  grouper.end();
  await says(...five, 's3: and 3 more: put');
  grouper.print(line('last', 'put'));
  expect(printed.at(-1)).toBe('s3: last');
});
