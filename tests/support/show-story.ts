import { writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { pageOf } from '../../commands/rehearse/draw/page.ts';
import { liveDrawing, picturesSideBySide, summaryTable } from '../../commands/rehearse/draw/terminal.ts';
import { sampleStories, storyAt } from './sample-stories.ts';

/**
 * Shows the drawings of a rehearsal without one, of the sample stories:
 *
 *   node commands/node24.mjs tests/support/show-story.ts terminal [good|rotated|afterTraffic]
 *   node commands/node24.mjs tests/support/show-story.ts table
 *   node commands/node24.mjs tests/support/show-story.ts page FILE [good|rotated|afterTraffic]
 */
async function show([what, ...rest]: readonly string[]): Promise<void> {
  const stories = await sampleStories();
  const named = (name: string | undefined): (typeof stories)['good'] =>
    stories[name === 'good' || name === 'rotated' ? name : 'afterTraffic'];
  const columns = process.stdout.isTTY ? process.stdout.columns : 110;
  if (what === 'page') {
    const [file = 'rehearsal.html', name] = rest;
    await writeFile(file, pageOf(name === undefined ? Object.values(stories) : [named(name)]));
  } else if (what === 'table') {
    console.log(summaryTable(Object.values(stories), { columns, colours: process.stdout.isTTY }));
  } else {
    const story = named(rest[0]);
    const drawing = liveDrawing(process.stdout);
    const began = performance.now();
    for (let at = 0; at < story.lastedMs; at = performance.now() - began) {
      drawing.draw(storyAt(story, at));
      await setTimeout(250);
    }
    drawing.draw(story);
    drawing.close();
    const report = story.releases[0]?.report;
    if (report !== undefined) console.log(await picturesSideBySide(report, columns));
  }
}

await show(process.argv.slice(2));
