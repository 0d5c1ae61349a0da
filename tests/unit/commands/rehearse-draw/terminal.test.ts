import { beforeAll, describe, expect, test } from '@jest/globals';
import { liveDrawing, summaryTable } from '../../../../commands/rehearse/draw/terminal.ts';
import { widthOf } from '../../../../commands/rehearse/draw/terminal/width.ts';
import type { Story } from '../../../../commands/rehearse/story.ts';
import { eventually } from 'local-cloud/testing';
import { sampleStories, storyAt, type SampleStories } from '../../../support/sample-stories.ts';
import { emulatedTerminal, type EmulatedTerminal } from './emulated-terminal.ts';
import { hostile } from './hostile-story.ts';

let stories: SampleStories;

beforeAll(async () => {
  stories = await sampleStories();
});

const named = (terminal: EmulatedTerminal, what: string): number =>
  terminal.text().filter((line) => line.includes(what)).length;

describe('on a terminal', () => {
  test('draws over what was drawn before, below what stood there already', () => {
    const terminal = emulatedTerminal(100, 40);
    terminal.write('$ npm run rehearse\r\n');
    const drawing = liveDrawing(terminal, 'xterm');
    for (const at of [500, 4000, 7000, 14_000, 99_000]) drawing.draw(storyAt(stories.afterTraffic, at));
    drawing.close();
    const text = terminal.text();
    expect(text.slice(0, 2)).toEqual([
      '$ npm run rehearse',
      expect.stringMatching(/^Rehearsal: after-traffic .* 0:27$/u),
    ]);
    expect(named(terminal, 'Rehearsal:')).toBe(1);
    expect(named(terminal, 'AS EXPECTED')).toBe(1);
    expect(named(terminal, 'generate-renditions  withdrawn')).toBe(1);
    // The cursor stands on an empty line below.
    expect(text.at(-1)).toBe('');
  });

  test('leaves nothing of a frame that was longer', () => {
    const terminal = emulatedTerminal(100, 40);
    const drawing = liveDrawing(terminal, 'xterm');
    drawing.draw(storyAt(stories.rotated, 9000));
    drawing.draw({ ...stories.rotated, releases: [] });
    drawing.close();
    expect(named(terminal, 'generate-thumbnails')).toBe(0);
    expect(named(terminal, 'BeforeAllowTraffic')).toBe(0);
  });

  test('fits a low one: nothing scrolls away and comes twice', () => {
    const terminal = emulatedTerminal(60, 12);
    const drawing = liveDrawing(terminal, 'xterm');
    for (const at of [500, 7000, 14_000, 99_000]) drawing.draw(storyAt(stories.afterTraffic, at));
    drawing.close();
    expect(terminal.text().length).toBeLessThanOrEqual(12);
    expect(named(terminal, 'Rehearsal:')).toBe(1);
  });

  test('draws again when it becomes narrower or wider, also where its lines have been broken', () => {
    const terminal = emulatedTerminal(110, 80);
    terminal.write('$ npm run rehearse\r\n');
    const drawing = liveDrawing(terminal, 'xterm');
    drawing.draw(stories.rotated);
    for (const columns of [64, 90, 50, 120]) {
      terminal.resize(columns, 80);
      const text = terminal.text();
      expect(text[0]).toBe('$ npm run rehearse');
      expect(named(terminal, 'Rehearsal:')).toBe(1);
      expect(named(terminal, 'AS EXPECTED')).toBe(1);
      expect(Math.max(...text.map(widthOf))).toBeLessThan(columns);
    }
    drawing.close();
  });

  test('draws on one that does not know its size', () => {
    const terminal = { ...emulatedTerminal(80, 24), columns: 0, rows: 0 };
    const drawing = liveDrawing(terminal, 'xterm');
    drawing.draw(stories.good);
    drawing.close();
    expect(terminal.text()[0]).toMatch(/^Rehearsal: good release/u);
  });

  test('goes on between two looks by itself, and stands still at the end', async () => {
    const terminal = emulatedTerminal(100, 40);
    const drawing = liveDrawing(terminal, 'xterm');
    drawing.draw(storyAt(stories.good, 900));
    await eventually('its clock goes on', () => /0:(?!00)\d\d$/u.test(terminal.text()[0] ?? ''));
    drawing.draw(stories.good);
    drawing.close();
    const written = terminal.written();
    drawing.close();
    expect(terminal.written()).toBe(written);
    expect(terminal.text()[0]).toMatch(/0:24$/u);
  });

  test('its clock does not jump back when it is told of something between two looks', () => {
    const terminal = emulatedTerminal(100, 40);
    const drawing = liveDrawing(terminal, 'xterm');
    drawing.draw(storyAt(stories.good, 9000));
    drawing.draw(storyAt(stories.good, 3000));
    expect(terminal.text()[0]).toMatch(/0:09$/u);
    drawing.close();
  });

  test('hides the cursor meanwhile and gives all back', () => {
    const before = process.listenerCount('SIGINT') + process.listenerCount('exit');
    const terminal = emulatedTerminal(100, 40);
    const drawing = liveDrawing(terminal, 'xterm');
    drawing.draw(storyAt(stories.good, 900));
    expect([terminal.cursorIsShown(), terminal.listeners()]).toEqual([false, 1]);
    drawing.close();
    expect([terminal.cursorIsShown(), terminal.listeners()]).toEqual([true, 0]);
    expect(process.listenerCount('SIGINT') + process.listenerCount('exit')).toBe(before);
  });

  test('writes each frame at once, and none that looks like the last', () => {
    const terminal = emulatedTerminal(100, 40);
    const drawing = liveDrawing(terminal, 'xterm');
    drawing.draw(stories.good);
    drawing.draw(stories.good);
    expect(terminal.written().split('\u001b[?2026h')).toHaveLength(2);
    drawing.close();
  });

  test('is without colours where the terminal has none, or NO_COLOR says so', () => {
    const [plain, coloured] = [emulatedTerminal(100, 40, 1), emulatedTerminal(100, 40, 4)];
    for (const terminal of [plain, coloured]) {
      const drawing = liveDrawing(terminal, 'xterm');
      drawing.draw(stories.rotated);
      drawing.close();
    }
    expect(plain.written()).not.toContain('\u001b[1m');
    expect(coloured.written()).toContain('\u001b[1m');
    expect(plain.text()).toEqual(coloured.text());
  });
});

describe.each([
  ['elsewhere', { isTTY: false }, 'xterm'],
  ['on a terminal that cannot go back', { isTTY: true }, 'dumb'],
])('%s', (_where, stream, term) => {
  /** What is printed by looks at these moments. */
  const printed = (story: SampleStories['good'], moments: readonly number[]): string[] => {
    const lines: string[] = [];
    const drawing = liveDrawing({ ...emulatedTerminal(80, 24), ...stream, write: (text) => lines.push(text) }, term);
    for (const at of moments) drawing.draw(storyAt(story, at));
    drawing.close();
    return lines;
  };

  test('prints a plain line for whatever is new, once', () => {
    const lines = printed(
      stories.afterTraffic,
      [0, 500, 1200, 3000, 6200, 7000, 9000, 9500, 13_000, 14_000, 24_000, 30_000],
    );
    expect(lines.map((line) => line.trim())).toEqual([
      'Rehearsal: after-traffic, Canary10Percent5Minutes. Photographs of one camera, which no golden picture is from, fail or come out black.',
      '0.0 s  versions 3 serve; uploads begin, ten a second',
      '1.0 s  version 4 of both functions is published, and its release begins',
      '1.1 s  generate-thumbnails  BeforeAllowTraffic  InProgress',
      '1.1 s  generate-renditions  BeforeAllowTraffic  InProgress',
      '6.1 s  generate-thumbnails  BeforeAllowTraffic  Succeeded',
      '6.3 s  generate-thumbnails  AllowTraffic  InProgress',
      '6.3 s  generate-thumbnails  version 4 serves 10 %, version 3 90 %',
      '7.2 s  generate-renditions  BeforeAllowTraffic  Succeeded',
      '7.4 s  generate-renditions  AllowTraffic  InProgress',
      '7.4 s  generate-renditions  version 4 serves 10 %, version 3 90 %',
      '12.9 s  alarm GenerateThumbnailsImagesFailed  ALARM',
      '12.9 s  GenerateThumbnailsImagesFailedAlarm fires: 7 of 9 images of version 4 failed',
      '13.2 s  generate-thumbnails  version 4 serves 0 %, version 3 100 %',
      '13.2 s  the alias of generate-thumbnails serves version 3 alone',
      '13.3 s  generate-thumbnails  AllowTraffic  Failed',
      '13.3 s  generate-thumbnails  Failed: ALARM_ACTIVE: GenerateThumbnailsImagesFailed',
      '13.4 s  generate-renditions  version 4 serves 0 %, version 3 100 %',
      '13.5 s  generate-renditions  AllowTraffic  Failed',
      '13.5 s  generate-renditions  Stopped: ALARM_ACTIVE: GenerateThumbnailsImagesFailed',
      '14.4 s  repair-after-rollback marks 11 images of version 4 stale and announces them',
      '15.1 s  alarm RenditionsQueueAge  ALARM',
      '19.0 s  alarm RenditionsQueueAge  OK',
      '22.5 s  the last of 11 images has healed',
      '23.4 s  alarm GenerateThumbnailsImagesFailed  OK',
      '27.6 s  all 250 images are as they should be; code and alarms are as before',
      '✓ AS EXPECTED  Rolled back by GenerateThumbnailsImagesFailed at 10 % of the traffic; what version 4 made has healed.',
      'the alarm fired at 12.9 s; version 4 of generate-thumbnails had 12 errors in 14 invocations',
      '250 images uploaded meanwhile: 0 lost, 0 wrong at the end. 27.6 s in all.',
    ]);
  });

  test('tells times that only grow, also of what is known late', () => {
    const moments = [0, 7000, 14_000];
    const [release, other] = stories.rotated.releases;
    if (release === undefined || other === undefined) throw new Error('there are two');
    const late = { ...stories.rotated, releases: [{ ...release, report: undefined }, other] } as Story;
    const lines: string[] = [];
    const drawing = liveDrawing({ ...emulatedTerminal(80, 24), ...stream, write: (text) => lines.push(text) }, term);
    for (const at of moments) drawing.draw(storyAt(late, Math.min(at, 13_000)));
    drawing.draw(storyAt(stories.rotated, 13_500));
    drawing.close();
    const times = lines.flatMap((line) => /^ *(\d+\.\d) s {2}/u.exec(line)?.[1] ?? []).map(Number);
    expect(lines.at(-1)).toContain('generate-thumbnails  ✗');
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('tells what was found when all images were looked at again, and then what differs', () => {
    const story = stories.afterTraffic;
    const lines: string[] = [];
    const drawing = liveDrawing({ ...emulatedTerminal(80, 24), ...stream, write: (text) => lines.push(text) }, term);
    drawing.draw(story);
    const before = lines.length;
    drawing.draw({ ...story, uploads: { ...story.uploads, recheck: { afterMs: 2000, speed: 30 } } });
    expect(lines.slice(before)).toEqual([
      "  Looked at again 2.0 s after the verdict (60.0 s by the cloud's clock): 0 lost, 0 wrong.\n",
    ]);
    drawing.close();
  });

  test('tells of the first pictures that the hook refused, and how many others', () => {
    const lines = printed(stories.rotated, [0, 7000, 99_000]);
    const told = lines.filter((line) => line.includes('generate-thumbnails  ✗'));
    expect(told).toHaveLength(4);
    expect(told[0]).toContain('✗ orientation-6-left: the colours of 128.webp are 26.4 away');
    expect(told[3]).toContain('✗ and 4 other pictures');
  });

  test('prints nothing that could command a terminal', () => {
    for (const line of printed(hostile(stories.rotated), [0, 99_000])) {
      // eslint-disable-next-line no-control-regex -- they are what a terminal obeys
      expect(line).toMatch(/^[^\u0000-\u001f\u202e]+\n$/u);
    }
  });
});

describe('the table of several rehearsals', () => {
  test('has a row each, says why, and what they come to', () => {
    const lines = summaryTable(Object.values(stories), { columns: 110, colours: false }).split('\n');
    expect(lines.map((line) => line.trimEnd())).toEqual([
      '   fault          outcome      traffic  guard                             time  images  lost  wrong',
      ' ✓ good release   released       100 %                                  24.3 s     220     0      0',
      ' ✓ rotated        rolled back      0 %  verify-before-traffic           13.8 s     120     0      0',
      '     orientation-6-left: the colours of 128.webp are 26.4 away on average (CIEDE2000), at most 2 are allowed',
      ' ✓ after-traffic  rolled back     10 %  GenerateThumbnailsImagesFailed  27.6 s     250     0      0',
      '     the alarm fired at 12.9 s; version 4 of generate-thumbnails had 12 errors in 14 invocations',
      '',
      'All 3 rehearsals ended as expected.',
    ]);
  });

  test('moves names from the row to the line below it where the numbers would be cut off', () => {
    const linesAt = (columns: number): string[] =>
      summaryTable(Object.values(stories), { columns, colours: false }).split('\n');
    const [head, , , , row, below] = linesAt(80);
    expect(head).toMatch(/^ {3}fault +outcome +traffic +time +images +lost +wrong$/u);
    expect(row).toMatch(/^ ✓ after-traffic +rolled back +10 % +27\.6 s +250 +0 +0$/u);
    expect(below).toMatch(/^ {5}GenerateThumbnailsImagesFailed: the alarm fired at/u);
    expect(linesAt(60)[0]).toMatch(/^ {3}fault +traffic +time +images +lost +wrong$/u);
    expect(linesAt(60)[6]).toMatch(/^ {5}rolled back by GenerateThumbnailsImagesFailed: the/u);
  });

  test('says what was found when all images were looked at again', () => {
    const rechecked = Object.values(stories).map((story, index) => ({
      ...story,
      uploads: { ...story.uploads, wrong: index, recheck: { afterMs: 61_000 + index, speed: 30 } },
    }));
    const text = summaryTable(rechecked, { columns: 110, colours: false });
    expect(text).toContain('590 images, all looked at again 61.0 s or more after their verdict: 0 lost, 3 wrong.');
  });

  test('says so where too few images were uploaded for any of them to be missed', () => {
    const few = Object.values(stories).map((story) => ({ ...story, uploads: { ...story.uploads, sent: 66 } }));
    const text = summaryTable(few, { columns: 110, colours: false });
    expect(text).toContain('ended as expected, but only 198 images were uploaded meanwhile, fewer than 200.');
  });

  test('marks what did not end as expected, and counts it', () => {
    const { good, rotated } = stories;
    const verdict = { asExpected: false, outcome: 'neither', expected: '', problems: [] } satisfies Story['verdict'];
    const text = summaryTable([{ ...good, verdict }, rotated], {
      columns: 110,
      colours: false,
    });
    expect(text).toMatch(/^ ✗ good release {2}neither/mu);
    expect(text).toContain('1 of 2 rehearsals ended as expected.');
  });

  test('is never wider than the terminal', () => {
    const lines = summaryTable([hostile(stories.rotated), stories.good], { columns: 70, colours: false }).split('\n');
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(70);
  });
});
