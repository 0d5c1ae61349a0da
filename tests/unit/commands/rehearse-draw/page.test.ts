import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { pageOf } from '../../../../commands/rehearse/draw/page.ts';
import type { Story } from '../../../../commands/rehearse/story.ts';
import { sampleStories, storyAt, type SampleStories } from '../../../support/sample-stories.ts';
import { hostile } from './hostile-story.ts';

let stories: SampleStories;

beforeAll(async () => {
  stories = await sampleStories();
});

const all = (): Story[] => Object.values(stories);

/** The page's text: what is between the tags, one space for any white space, without style and script. */
function read(page: string): string {
  return page
    .replace(/<(style|script)[\s\S]*?<\/\1>/gu, ' ')
    .replace(/<[^>]*>/gu, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&nbsp;', ' ')
    .replace(/\s+/gu, ' ');
}

const attributes = (page: string, name: string): string[] =>
  [...page.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'gu'))].map(([, value = '']) => value);

describe('any page', () => {
  test('is the same for the same stories', () => {
    expect(pageOf(structuredClone(all()))).toBe(pageOf(all()));
  });

  test('refers to nothing but itself and the pictures that it carries', () => {
    const page = pageOf([...all(), hostile(stories.rotated), hostile(stories.afterTraffic)]);
    expect(attributes(page, 'src').length).toBeGreaterThan(20);
    for (const src of attributes(page, 'src')) expect(src).toMatch(/^data:image\/(webp|png|jpeg);base64,[\w+/=]+$/u);
    for (const href of attributes(page, 'href')) expect(href).toMatch(/^#rehearsal-/u);
    for (const [, url] of page.matchAll(/url\(([^)]*)\)/gu)) expect(url).toBe('#hatch');
    expect(page).not.toMatch(/@import|<link|<iframe|<object|<embed|<base/u);
  });

  test('forbids itself to load anything, and to run anything but its own script', () => {
    const page = pageOf(all());
    const [policy = ''] = attributes(page, 'content').filter((content) => content.includes('default-src'));
    const hashed = (text: string | undefined): string =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`;
    const style = /<style>([\s\S]*?)<\/style>/u.exec(page)?.[1];
    const script = /<script>([\s\S]*?)<\/script>/u.exec(page)?.[1];
    expect(policy.replaceAll('&#39;', "'").split('; ')).toEqual([
      "default-src 'none'",
      'img-src data:',
      `style-src ${hashed(style)}`,
      `script-src ${hashed(script)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page).not.toMatch(/\sstyle="|\son[a-z]+="/u);
  });

  test('shows texts from outside as texts', () => {
    const page = pageOf([hostile(stories.rotated), hostile(stories.afterTraffic)]);
    expect(page).not.toMatch(/<img src=x|<script>window|onerror="/u);
    expect(page.match(/<\/script>/gu)).toHaveLength(3);
    // eslint-disable-next-line no-control-regex -- they are what a terminal obeys
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/u);
    expect(page).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
  });

  test.each([1, 2])(
    'has headings that skip no level, ids that are unique, and references that lead somewhere (%#)',
    (many) => {
      const page = pageOf(many === 1 ? [stories.rotated] : [...all(), stories.rotated]);
      const levels = [...page.matchAll(/<h(\d)/gu)].map(([, level]) => Number(level));
      expect(levels.filter((level) => level === 1)).toEqual([1]);
      levels.forEach((level, index) => expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1));
      const ids = attributes(page, 'id');
      expect(new Set(ids).size).toBe(ids.length);
      const referred = ['aria-labelledby', 'for']
        .flatMap((name) => attributes(page, name))
        .flatMap((value) => value.split(' '));
      const linked = attributes(page, 'href').map((href) => href.slice(1));
      expect(linked).toHaveLength(many === 1 ? 0 : 4);
      expect([...referred, ...linked].filter((id) => !ids.includes(id))).toEqual([]);
    },
  );

  test('can be drawn of a story at any moment, with no hole in its numbers', () => {
    const begun = [0, 1, 500, 5000, 7500, 13_250, 20_000].flatMap((at) => all().map((story) => storyAt(story, at)));
    const empty = begun.map((story) => ({ ...story, releases: [], alarms: [], notes: [] }));
    for (const page of [pageOf([...begun, ...empty]), pageOf(begun.slice(0, 1)), pageOf([])])
      expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/u);
  });
});

describe('a refused release', () => {
  test('says so first, by whom, why and with what numbers', () => {
    const text = read(pageOf([stories.rotated]));
    expect(text).toMatch(
      /Rehearsal: rotated ✓ As expected Refused before any user saw it\. Pictures that a camera stored turned/u,
    );
    expect(text).toContain(
      'Ended by verify-before-traffic : orientation-6-left: the colours of 128.webp are 26.4 away',
    );
    expect(text).toContain('of the traffic at most on the new version 0 %');
    expect(text).toContain('until the release was refused 5.8 s');
    expect(text).toContain('images uploaded meanwhile 120 of them lost 0 of them wrong at the end 0');
  });

  test('shows the pictures that failed side by side, what differs and by how much, and names those that passed', () => {
    const page = pageOf([stories.rotated]);
    const [picture] =
      stories.rotated.releases[0]?.report?.pictures.filter(({ name }) => name === 'orientation-6-left') ?? [];
    expect(picture?.gotPicture).not.toBe(picture?.expectedPicture);
    for (const uri of [picture?.expectedPicture, picture?.gotPicture]) expect(attributes(page, 'src')).toContain(uri);
    expect(attributes(page, 'alt')).toEqual(
      expect.arrayContaining(['orientation-6-left as expected', 'orientation-6-left as it came out']),
    );
    const text = read(page);
    expect(text).toContain('✗ failed verify-before-traffic of generate-thumbnails: 7 of 15 pictures not as expected');
    expect(text).toContain('Distance of colours 26.4, at worst 55.4. 205 ms.');
    expect(text).toContain('expected 128 × 85 webp');
    expect(text).toContain('1 more picture not as expected');
    expect(text).toContain(
      'As expected: orientation-1-upright, cmyk, alpha, display-p3, progressive, animated, truncated, bomb.',
    );
  });

  test('says of a picture what is wrong beside it, and above the pictures only what is wrong besides', () => {
    const text = read(pageOf([stories.rotated]));
    expect(text.match(/7 of 15 pictures are not as they should be/gu)).toHaveLength(2);
    // Beside its picture, of both functions, and in the header.
    expect(text.match(/the colours of 128\.webp are 26\.4 away/gu)).toHaveLength(3);
  });

  test('has a hook’s comparison of durations, where there is one', () => {
    const releases = stories.rotated.releases.map((release) => ({
      ...release,
      ...(release.report && {
        report: { ...release.report, duration: { newMs: 2110.4, servingMs: 105, limitMs: 315 } },
      }),
    }));
    expect(read(pageOf([{ ...stories.rotated, releases }]))).toContain(
      'median duration 2110 ms, of the serving version 105 ms, at most 315 ms allowed',
    );
  });
});

describe('a release that was rolled back', () => {
  test('is plotted on one time axis: stages, weights, invocations, alarms, images, and the moment', () => {
    const page = pageOf([stories.afterTraffic]);
    const text = read(page);
    expect(text).toContain('Rolled back at 10 % of the traffic; what version 4 made has healed.');
    expect(text).toMatch(
      /Ended by Generate Thumbnails Images Failed : the alarm fired at 12\.9 s; version 4 of generate-thumbnails had 12 errors/u,
    );
    expect(text).toContain(
      '✓ BeforeAllowTraffic 5.0 s; ✗ AllowTraffic 7.0 s; – AfterAllowTraffic, not reached. rolled back at 13.2 s',
    );
    expect(text).toContain('10 % from 6.3 s, 0 % from 13.2 s.');
    // The share rises by a tenth of the plot's 60 pixels at 6.3 of 27.6 s, and falls at 13.2.
    expect(page).toContain('M0 60H0V60H228.26V54H478.26V60H1000');
    expect(text).toMatch(/Version 3: \d+ invocations, 0 errors\. Version 4: 14 invocations, 12 errors\./u);
    expect(text).toContain('no data from 0.0 s, quiet from 1.8 s, fires from 12.9 s, quiet from 23.4 s.');
    expect(text).toContain('At most 11 at once, 0 in the end.');
    expect(page.match(/class="mark"/gu)?.length).toBeGreaterThan(6);
  });

  test('tells alarms that stop a release from those that only inform', () => {
    const text = read(pageOf([stories.afterTraffic]));
    expect(text).toMatch(
      /Alarms that stop the release ○ Generate Thumbnails Errors .*● Generate Thumbnails Images Failed .*Dead Letters/u,
    );
    expect(text).toMatch(/Alarms that only inform ○ Generate Thumbnails Duration .*● Renditions Queue Age/u);
  });

  test('shows pictures before and after they healed', () => {
    const page = pageOf([stories.afterTraffic]);
    for (const { before, after, key } of stories.afterTraffic.uploads.repaired) {
      expect(attributes(page, 'src')).toEqual(expect.arrayContaining([before, after]));
      expect(read(page)).toContain(key);
    }
  });

  test('tells what was going on at each moment, for the slider', () => {
    const data = /<script type="application\/json">(.*?)<\/script>/u.exec(pageOf([stories.afterTraffic]))?.[1] ?? '';
    const moments = JSON.parse(data) as string[];
    expect(moments).toHaveLength(121);
    expect(moments[0]).toMatch(/^0\.0 s\ngenerate-thumbnails: version 4 serves 0 %/u);
    // 58 of 120 parts of 27.6 s: 13.3 s.
    expect(moments[58]).toMatch(
      /^13\.3 s\n(.+\n){2}fires: GenerateThumbnailsImagesFailed\nimages: 130 sent, 107 right, 9 wrong$/u,
    );
    expect(moments[50]).toContain('generate-renditions: AllowTraffic, version 4 serves 10 %, so far');
  });
});

describe('a good release', () => {
  test('says that it serves, and when it was done', () => {
    const text = read(pageOf([stories.good]));
    expect(text).toContain('✓ As expected Released: version 4 serves everybody.');
    expect(text).toContain('until all was released 19.1 s');
    expect(text).not.toContain('Ended by');
  });

  test('explains the words, for whoever sees a release for the first time', () => {
    expect(read(pageOf([stories.good]))).toMatch(
      /How to read this Version and alias .* Canary .* Hook .* Alarm .* Healing/u,
    );
  });
});

test('what did not end as expected is said to, with all that is wrong', () => {
  const verdict: Story['verdict'] = {
    asExpected: false,
    outcome: 'released',
    expected: 'Refused before any user sees it.',
    problems: ['3 images are wrong a minute after', 'generate-thumbnails: version 4 serves, and not 3'],
  };
  const text = read(pageOf([{ ...stories.good, verdict }]));
  expect(text).toContain('✗ Not as expected Released, but not as it should have been.');
  expect(text).toContain('Expected: Refused before any user sees it.');
  expect(text).toContain('3 images are wrong a minute after generate-thumbnails: version 4 serves, and not 3');
});

test('several rehearsals are a table first, linked to a section each', () => {
  const page = pageOf(all());
  const text = read(page);
  expect(text).toContain('All 3 rehearsals ended as expected.');
  expect(text).toContain('Fault Outcome Traffic Guard Reason Time Images Lost Wrong As expected');
  expect(text).toMatch(
    /rotated rolled back 0 % verify-before-traffic orientation-6-left: .* allowed 13\.8 s 120 0 0 ✓ yes/u,
  );
  expect(text).toMatch(
    /after-traffic rolled back 10 % Generate Thumbnails Images Failed the alarm fired .* 27\.6 s 250 0 0 ✓ yes/u,
  );
  expect(attributes(page, 'href')).toEqual(['#rehearsal-1-good', '#rehearsal-2-rotated', '#rehearsal-3-after-traffic']);
  expect(page.match(/<th /gu)).toHaveLength(13);
});
