import { beforeAll, describe, expect, test } from '@jest/globals';
import { causeOf } from '../../../../commands/rehearse/draw/sentences.ts';
import { frameOf } from '../../../../commands/rehearse/draw/terminal/frame.ts';
import { lineWidth, paint } from '../../../../commands/rehearse/draw/terminal/line.ts';
import type { Story } from '../../../../commands/rehearse/story.ts';
import { sampleStories, storyAt, type SampleStories } from '../../../support/sample-stories.ts';
import { hostile } from './hostile-story.ts';

let stories: SampleStories;

beforeAll(async () => {
  stories = await sampleStories();
});

/** As it is read without colours. */
function read(story: Story, size = { columns: 120, rows: 40 }): string {
  return frameOf(story, size)
    .map((line) => paint(line, false))
    .join('\n');
}

describe('a frame', () => {
  test('is never wider nor higher than the terminal, whatever the story and its moment', () => {
    const all = Object.values(stories).flatMap((story) => [
      ...[0, 500, 4000, 7000, 13_500, 20_000].map((at) => storyAt(story, at)),
      story,
      hostile(story),
      storyAt(hostile(story), 13_500),
    ]);
    const sizes = [1, 20, 39, 60, 79, 100, 200].flatMap((columns) => [1, 12, 50].map((rows) => ({ columns, rows })));
    const misfits = all.flatMap((story) =>
      sizes.flatMap(({ columns, rows }) => {
        const lines = frameOf(story, { columns, rows });
        const widest = Math.max(...lines.map(lineWidth));
        const fits = widest <= columns && lines.length <= Math.min(rows, 30);
        return fits ? [] : [{ fault: story.fault, at: story.lastedMs, columns, rows, widest, height: lines.length }];
      }),
    );
    expect(misfits).toEqual([]);
  });

  test('holds nothing that could command the terminal', () => {
    const text = read(hostile(stories.rotated));
    // eslint-disable-next-line no-control-regex -- they are what a terminal obeys
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/u);
    expect(text).toContain(String.raw`\u{1b}[2J`);
  });

  test('keeps what matters most where the terminal is low', () => {
    const [first, second, ...rest] = read(stories.rotated, { columns: 80, rows: 2 }).split('\n');
    expect(first).toMatch(/^Rehearsal: rotated/u);
    expect(second).toMatch(/✓ AS EXPECTED {2}Refused by verify-before-traffic/u);
    expect(rest).toEqual([]);
    expect(read(storyAt(stories.afterTraffic, 9000), { columns: 80, rows: 7 })).not.toContain('informs');
  });

  test('has colours only where they are wanted', () => {
    const [title = []] = frameOf(stories.good, { columns: 80, rows: 24 });
    expect(paint(title, true)).toContain('\u001b[1m');
    expect(paint(title, false)).not.toContain('\u001b');
  });
});

describe('while a release goes on', () => {
  test('says what is rehearsed, how and for how long', () => {
    const [title, about] = read(storyAt(stories.good, 7400)).split('\n');
    expect(title).toMatch(/^Rehearsal: good release {2}Canary10Percent5Minutes, 30 times AWS's speed +0:07$/u);
    expect(about).toBe('A release without a defect.');
  });

  test('says of each function at which stage it is and what that means', () => {
    expect(read(storyAt(stories.good, 500))).toContain('generate-renditions  waits to begin; version 3 serves');
    const before = read(storyAt(stories.good, 3100));
    expect(before).toContain('generate-thumbnails  a hook tries version 4; users are still served by version 3');
    expect(before).toMatch(/[⠋-⠿] BeforeAllowTraffic 2\.0 s ── · AllowTraffic ── · AfterAllowTraffic/u);
    expect(read(storyAt(stories.good, 12_000))).toContain('10 % go to version 4, and alarms watch it');
    expect(read(storyAt(stories.good, 17_000))).toContain('all goes to version 4; a hook sends one more image through');
    expect(read(stories.good)).toContain(
      '✓ BeforeAllowTraffic 5.0 s ── ✓ AllowTraffic 10.1 s ── ✓ AfterAllowTraffic 2.4 s',
    );
  });

  test('shows both versions’ shares, as a bar and over time', () => {
    const shares = (at: number): string =>
      read(storyAt(stories.good, at))
        .split('\n')
        .find((line) => line.includes('serving')) ?? '';
    expect(shares(1000)).toMatch(/v3 100 % ░+ {3}0 % v4 {3}so far ▁+$/u);
    expect(shares(9000)).toMatch(/v3 {2}90 % ░{29}█{3} {2}10 % v4 {3}so far ▁+▂+$/u);
    expect(shares(20_000)).toMatch(/v3 {3}0 % █+ 100 % v4 {3}so far ▁+▂+█+$/u);
  });

  test('does not miss a share that fell back within one column of what was', () => {
    const { releases, ...rest } = storyAt(stories.rotated, 13_000);
    const weights = [
      { at: 0, share: 0 },
      { at: 5010, share: 0.1 },
      { at: 5020, share: 0 },
    ];
    expect(read({ ...rest, releases: releases.map((release) => ({ ...release, weights })) })).toMatch(
      /so far ▁+▂▁+$/mu,
    );
  });

  test('counts invocations and errors of each version', () => {
    const text = read(storyAt(stories.afterTraffic, 14_000));
    expect(text).toMatch(/v3 \d+ times, no errors {2}\| {2}v4 \d+ times, \d+ errors/u);
  });

  test('names the alarms that fire, and that fired', () => {
    expect(read(storyAt(stories.afterTraffic, 800))).toMatch(/guards {3}(· ){7} no data yet/u);
    expect(read(storyAt(stories.afterTraffic, 9000))).toMatch(/guards {3}(○ ){7} quiet\n {2}informs {2}(○ ){3} quiet/u);
    expect(read(storyAt(stories.afterTraffic, 14_000))).toContain(
      'guards   ○ ○ ● ○ ○ ○ ○  fires: GenerateThumbnailsImagesFailed (12.9 s)',
    );
    expect(read(storyAt(stories.afterTraffic, 25_000))).toContain(
      'guards   ○ ○ ○ ○ ○ ○ ○  fired: GenerateThumbnailsImagesFailed (12.9 s)',
    );
  });

  test('tells what became of the images', () => {
    const text = read(storyAt(stories.afterTraffic, 14_000));
    expect(text).toMatch(/uploads {2}█+░+▚+ {2}140 images: 115 right, 14 waiting, 11 wrong, 0 lost/u);
    const { uploads, ...rest } = stories.afterTraffic;
    const lost = { ...uploads, right: 249, lost: 1 };
    expect(read({ ...rest, uploads: lost })).toMatch(/uploads {2}█+× {2}250 images: 249 right, .* 1 lost/u);
  });

  test('shows what the hook found as soon as it is known, the worst first', () => {
    expect(read(storyAt(stories.rotated, 5000))).not.toContain('verify-before-traffic');
    const text = read(storyAt(stories.rotated, 7000));
    expect(text).toContain('✗ generate-thumbnails  7 of 15 pictures not as expected, verify-before-traffic');
    expect(text).toMatch(/✗ orientation-6-left {13,}the colours of 128\.webp are 26\.4 away.*\n.*✗ orientation-4/u);
    expect(text).toContain('and 4 more');
  });

  test('says of a picture what was expected and what came, where that is not the same', () => {
    const [release, ...others] = stories.rotated.releases;
    if (release?.report === undefined) throw new Error('the sample has a report');
    const pictures = release.report.pictures.map((picture) => ({
      ...picture,
      got: { status: 'rejected', reason: 'damaged', outputs: [] },
    }));
    const text = read({
      ...stories.rotated,
      releases: [{ ...release, report: { ...release.report, pictures } }, ...others],
    });
    expect(text).toContain('expected 128 x 85 webp, got rejected: damaged, colours 26.4 away');
  });

  test('tells the last things that were noted', () => {
    const text = read(storyAt(stories.afterTraffic, 13_300));
    expect(text).toMatch(
      /1\.0 s .*\n +12\.9 s .* fires: 7 of 9.*\n +13\.2 s {2}the alias of generate-thumbnails serves version 3 alone$/u,
    );
  });
});

describe('at the end', () => {
  test('the verdict stands between two rules', () => {
    expect(read(stories.good)).toMatch(
      /\n━+\n ✓ AS EXPECTED {2}Released: version 4 serves everybody\.\n.*220 images.*\n━+$/u,
    );
  });

  test('a refused release says who refused it and why', () => {
    const text = read(stories.rotated);
    expect(text).toContain('Refused by verify-before-traffic before any user saw it.');
    expect(text).toContain('   orientation-6-left: the colours of 128.webp are 26.4 away');
    expect(text).toContain('generate-thumbnails  withdrawn: version 3 serves everybody');
  });

  test('says the whole of it on a narrow terminal too, and at which speed on one of 80 columns', () => {
    const narrow = read(stories.afterTraffic, { columns: 60, rows: 30 }).replace(/\s+/gu, ' ');
    expect(narrow).toContain('at 10 % of the traffic; what version 4 made has healed.');
    expect(read(storyAt(stories.afterTraffic, 9000), { columns: 79, rows: 24 })).toMatch(
      /Canary10Percent5Minutes, 30 times AWS's speed {2,}0:09\n/u,
    );
  });

  test('a release that was rolled back says at which share, and that all has healed', () => {
    expect(read(stories.afterTraffic).replace(/\s+/gu, ' ')).toContain(
      'Rolled back by GenerateThumbnailsImagesFailed at 10 % of the traffic; what version 4 made has healed.',
    );
  });

  test('one that did not end as expected says what was, and all that is wrong', () => {
    const verdict = {
      asExpected: false,
      outcome: 'released',
      expected: 'Refused before any user sees it.',
      problems: ['it was to be rolled back, and is released', '3 images are wrong a minute after'],
    } as const;
    const text = read({ ...stories.good, verdict: { ...verdict, problems: [...verdict.problems] } });
    expect(text).toContain('✗ NOT AS EXPECTED  Released, but not as it should have been.');
    expect(text).toContain('Expected: Refused before any user sees it.');
    expect(text).toContain('✗ it was to be rolled back, and is released\n   ✗ 3 images are wrong a minute after');
  });

  test('a release that succeeded and was taken back is shown as withdrawn', () => {
    const [release, ...others] = stories.good.releases;
    if (release === undefined) throw new Error('the sample has releases');
    const weights = [...release.weights, { at: 21_000, share: 0 }];
    const text = read({ ...stories.good, releases: [{ ...release, weights }, ...others] });
    expect(text).toContain('generate-thumbnails  withdrawn: version 3 serves everybody');
    expect(text).toContain('generate-renditions  version 4 serves everybody');
  });
});

test('a story that has only begun can be drawn', () => {
  const empty: Story = {
    ...stories.good,
    lastedMs: 0,
    releases: [],
    alarms: [],
    notes: [],
    uploads: { sent: 0, right: 0, waiting: 0, wrong: 0, lost: 0, course: [], repaired: [] },
  };
  delete empty.verdict;
  expect(read(empty)).toContain('0 images: 0 right');
});

describe('the reason', () => {
  test('is CodeDeploy’s where no guard of ours tells more', () => {
    const verdict: Story['verdict'] = { asExpected: false, outcome: 'rolled back', expected: '', problems: [] };
    const stopped = { ...stories.rotated, verdict };
    expect(causeOf(stopped)).toMatch(/^The deployment failed because a lifecycle event hook failed/u);
  });

  test('names no errors of a version that had none', () => {
    const releases = stories.afterTraffic.releases.map((release) => ({ ...release, counts: [] }));
    expect(causeOf({ ...stories.afterTraffic, releases })).toBe('the alarm fired at 12.9 s');
  });
});
