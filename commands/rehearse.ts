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

/** Enough that consecutive photographs rarely look alike. */
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
    // A separate local cloud receives the same Ctrl-C. Calls to it then fail for that reason.
    if (!(error instanceof Interrupted) && !(shutdown.aborted && options.where === 'own')) throw error;
    console.error('Stopped. All changes were reverted.');
    process.exitCode = 130;
  }
});

/** Runs the rehearsals one after the other, then restores the stack. */
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
    // A separate local cloud is deleted with all changes.
    if (mustBeRestored) {
      await restoreSnapshot(stack, snapshot).finally(() => deletePhotographs(stack, photographs));
    }
  }
  const stories = played.map(({ context }) => context.story);
  await showMore(stories);
  return stories;
}

/** Checks all images again a minute after the verdict: they must still be correct then. Throws Interrupted. */
async function recheckAll(
  played: readonly PlayedRehearsal[],
  speed: number,
  signal: AbortSignal,
  draw?: (story: Story) => void,
): Promise<void> {
  const waitMs = Math.max(0, recheckDueAt(played, speed) - Date.now());
  if (draw === undefined)
    console.log(`\nAll photographs are checked again a minute after the last verdict, in ${seconds(waitMs)}.\n`);
  await setTimeout(waitMs, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) throw new Interrupted('stopped');
  for (const one of played) {
    await recheck(one);
    draw?.(one.context.story);
  }
}

/** Prints the pictures that the hook of a single release rejected, or a table of several releases. */
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
  console.log(`\nFull report with pictures: ${file}`);
}
