import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { takeSnapshot, restoreSnapshot } from './rehearse/target/snapshot.ts';
import { pageOf } from './rehearse/draw/page.ts';
import { liveDrawing, picturesSideBySide, summaryTable } from './rehearse/draw/terminal.ts';
import { seconds } from './rehearse/draw/words.ts';
import { recheckDueAt, recheck, type PlayedRehearsal } from './rehearse/play/recheck.ts';
import { ALL_AT_ONCE } from './rehearse/deployment-type.ts';
import { listenForShutdown } from './rehearse/shutdown.ts';
import { help, readOptions, type Options } from './rehearse/options.ts';
import { areAsExpected } from './rehearse/judge/all.ts';
import { drawPictures } from './rehearse/photographs/pictures.ts';
import { openTarget, type RehearsalTarget } from './rehearse/target/open-target.ts';
import { rehearse } from './rehearse/play/rehearse.ts';
import { Interrupted } from './rehearse/play/context.ts';
import type { Story } from './rehearse/story.ts';
import { deletePhotographs, type Photograph } from './rehearse/photographs/uploads.ts';
import { run } from './shared/run.ts';
import { showsPictures } from './shared/terminal-picture.ts';

/** Enough that hardly two in a row look alike. */
const PICTURES = 8;

run(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(help);
    return;
  }
  const shutdown = listenForShutdown(process);
  try {
    const target = await openTarget(options, shutdown);
    const stories = await rehearseAll(target, options, shutdown).finally(target.close);
    await writePage(options.html, stories);
    if (!areAsExpected(stories)) process.exitCode = 1;
  } catch (error) {
    // A cloud of its own hears the same Ctrl-C, and whatever asks it then fails because of that.
    if (!(error instanceof Interrupted) && !(shutdown.aborted && options.where === 'own')) throw error;
    console.error('Stopped; what was begun is put back.');
    process.exitCode = 130;
  }
});

/** One after the other; then everything is as it was found. */
async function rehearseAll(
  { stack, mustBeRestored, speed, setSpeed }: RehearsalTarget,
  { faults, deploymentConfig, perSecond }: Options,
  shutdown: AbortSignal,
): Promise<Story[]> {
  const [snapshot, pictures] = await Promise.all([takeSnapshot(stack), drawPictures(PICTURES)]);
  const played: PlayedRehearsal[] = [];
  const photographs: Photograph[] = [];
  try {
    for (const fault of faults) {
      const drawing = liveDrawing(process.stdout);
      const id = `${new Date().toISOString().replace(/\D/gu, '').slice(0, 14)}-${fault.name}`;
      const config = fault.releases === 'reconciler' ? ALL_AT_ONCE : deploymentConfig;
      const plan = {
        fault,
        id,
        deploymentConfig: config,
        speed,
        perSecond,
        pictures,
        shutdown,
        photographs,
        draw: drawing.draw,
      };
      try {
        played.push(await rehearse(stack, snapshot, { ...plan, ...(setSpeed && { setSpeed }) }));
        if (faults.length === 1) await recheckAll(played, speed, shutdown, drawing.draw);
      } finally {
        drawing.close();
      }
    }
    if (faults.length > 1) await recheckAll(played, speed, shutdown);
  } finally {
    // A cloud of its own goes away with all that was done to it.
    if (mustBeRestored) {
      await restoreSnapshot(stack, snapshot).finally(() => deletePhotographs(stack, photographs));
    }
  }
  const stories = played.map(({ context }) => context.story);
  await showMore(stories);
  return stories;
}

/** Images must be right not only when the verdict is told: a minute later somebody looks at all of them again. Throws Interrupted. */
async function recheckAll(
  played: readonly PlayedRehearsal[],
  speed: number,
  signal: AbortSignal,
  draw?: (story: Story) => void,
): Promise<void> {
  const waitMs = Math.max(0, recheckDueAt(played, speed) - Date.now());
  if (draw === undefined)
    console.log(`\nA minute after the last verdict, in ${seconds(waitMs)}, every photograph is looked at again.\n`);
  await setTimeout(waitMs, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) throw new Interrupted('stopped');
  for (const one of played) {
    await recheck(one);
    draw?.(one.context.story);
  }
}

/** Of one release the pictures that its hook found wrong; of several a table. */
async function showMore(stories: readonly Story[]): Promise<void> {
  const columns = process.stdout.isTTY ? process.stdout.columns : 100;
  if (stories.length > 1) {
    console.log(summaryTable(stories, { columns, colours: process.stdout.isTTY && process.stdout.hasColors() }));
  } else if (showsPictures()) {
    const report = stories[0]?.releases.find((release) => release.report?.verdict === 'Failed')?.report;
    if (report !== undefined) console.log(await picturesSideBySide(report, columns));
  }
}

async function writePage(file: string, stories: readonly Story[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, pageOf(stories));
  console.log(`\nThe whole of it, with its pictures: ${file}`);
}
