import { beforeAll, expect, test } from '@jest/globals';

import { recheckDueAt, recheck, type PlayedRehearsal } from '../../../../commands/rehearse/play/recheck.ts';
import { drawPictures, type Picture } from '../../../../commands/rehearse/photographs/pictures.ts';
import type { RehearsalContext } from '../../../../commands/rehearse/play/context.ts';
import type { Story } from '../../../../commands/rehearse/story.ts';
import { black, thumbnail, stackFixture } from './support/stack-fixture.ts';

let pictures: Picture[];
beforeAll(async () => {
  pictures = await drawPictures(2);
});

/** A good release that has ended as expected, with two photographs that were right. */
async function released() {
  const { stack, made, photograph } = stackFixture(pictures);
  const photographs = [photograph('a.jpg'), photograph('b.jpg')];
  for (const { key, picture } of photographs) made(key, await thumbnail(picture));
  const story: Story = {
    fault: 'good',
    about: '',
    deploymentConfig: '',
    speed: 12,
    stackName: '',
    startedAt: new Date(0).toISOString(),
    lastedMs: 20_000,
    releases: [
      {
        name: 'generate-thumbnails',
        deploymentId: 'd-1',
        oldVersion: '4',
        newVersion: '5',
        status: 'Succeeded',
        lifecycleEvents: [],
        weights: [],
        counts: [],
      },
    ],
    alarms: [],
    uploads: { sent: 2, right: 2, waiting: 0, wrong: 0, lost: 0, course: [], repaired: [{ key: 'a.jpg' }] },
    notes: [],
    verdict: { asExpected: true, outcome: 'released', expected: '', problems: [] },
  };
  const context = {
    stack,
    story,
    plan: { fault: { name: 'good' }, speed: 30 },
    uploader: { photographs },
    rolledBack: new Set<string>(),
  } as unknown as RehearsalContext;
  const serving = new Map([['generate-thumbnails', '5']]);
  const played: PlayedRehearsal = { context, serving, verdictAt: Date.now() };
  return { played, story, made, photographs, context };
}

test('what is still right a minute later is said to be, and nothing else of the story changes', async () => {
  const { played, story } = await released();
  await recheck(played);
  expect(story.uploads).toMatchObject({ sent: 2, right: 2, wrong: 0, lost: 0, recheck: { speed: 30 } });
  expect(story.uploads.repaired).toEqual([{ key: 'a.jpg' }]);
  expect(story.lastedMs).toBe(20_000);
  expect(story.verdict?.asExpected).toBe(true);
});

test('one that went wrong after the verdict is counted, told, and spoils the verdict', async () => {
  const { played, story, made } = await released();
  made('b.jpg', await black());
  await recheck(played);
  expect(story.uploads).toMatchObject({ right: 1, wrong: 1, lost: 0 });
  expect(story.notes.map(({ text }) => text)).toEqual([expect.stringMatching(/^thumbnails of b\.jpg: it looks diff/u)]);
  expect(story.verdict).toMatchObject({ asExpected: false, problems: ['1 image is wrong a minute after'] });
});

test('what a withdrawn version has made meanwhile is found, although it looks right', async () => {
  const { played, story, made, photographs, context } = await released();
  context.rolledBack.add('thumbs:6');
  const [first] = photographs;
  if (first === undefined) throw new Error('there are two');
  made(first.key, await thumbnail(first.picture), { processedBy: '6' });
  await recheck(played);
  expect(story.uploads).toMatchObject({ right: 1, wrong: 1 });
});

test('of one rehearsal a minute of the cloud has to pass, of several a real one since the last verdict', () => {
  expect(recheckDueAt([{ verdictAt: 5000 }], 30)).toBe(7000);
  expect(recheckDueAt([{ verdictAt: 5000 }], 1)).toBe(65_000);
  expect(recheckDueAt([{ verdictAt: 5000 }, { verdictAt: 9000 }], 30)).toBe(69_000);
  expect(recheckDueAt([{ verdictAt: 5000 }, { verdictAt: 9000 }], 0.5)).toBe(129_000);
});
