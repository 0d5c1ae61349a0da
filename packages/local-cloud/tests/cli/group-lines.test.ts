import { beforeEach, expect, test } from '@jest/globals';
import { createCrowd, type Crowd } from '../../src/cli/group-lines.ts';
import type { Line } from '../../src/cli/line.ts';
import { untilPassing } from '../support/until-passing.ts';

let printed: string[];
let crowd: Crowd;
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
  crowd = createCrowd(({ where, what }) => printed.push(`${where}: ${what}`), {
    work: (_ms, signal) =>
      new Promise((resolve) => {
        waiting.add(resolve);
        signal?.addEventListener('abort', () => resolve());
      }),
  });
});

const line = (what: string, alike?: string, where = 's3'): Line => ({
  tone: 'plain',
  where,
  what,
  ...(alike !== undefined && { alike }),
});
function burst(count: number, alike?: string, where?: string): void {
  for (let index = 1; index <= count; index += 1) crowd.print(line(`put ${String(index)}`, alike, where));
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
  crowd.print(line('put 7', 'put'));
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
    crowd.print(line('later', 'put'));
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
  crowd.print(line('removed', 'remove'));
  crowd.print(line('put', 'put', 'elsewhere'));
  expect(printed).toHaveLength(9);
});

test('the end tells what was counted', async () => {
  burst(8, 'put');
  crowd.end();
  await says(...five, 's3: and 3 more: put');
  crowd.print(line('last', 'put'));
  expect(printed.at(-1)).toBe('s3: last');
});
