import { setTimeout } from 'node:timers/promises';
import type { Fault } from '../faults/faults.ts';
import type { ImageChecker } from '../judge/image-checker.ts';
import type { ObservedRelease } from './observe.ts';
import type { Picture } from '../photographs/pictures.ts';
import type { Stack } from '../aws/stack.ts';
import type { Story } from '../story.ts';
import type { Photograph, Uploader } from '../photographs/uploads.ts';

export type Plan = {
  fault: Fault;
  /** Tells this rehearsal from others: a part of its uploads' keys. */
  id: string;
  deploymentConfig: string;
  /** How much faster than on AWS what waits goes by when it begins. */
  speed: number;
  /** Sets that speed. Absent where nobody may: somebody has chosen it, or it is AWS's. */
  setSpeed?: (speed: number) => Promise<void>;
  perSecond: number;
  pictures: readonly Picture[];
  /** Takes what was uploaded, however the rehearsal ends. */
  photographs: Photograph[];
  /** Is given the story whenever something is new in it. */
  draw: (story: Story) => void;
  /** Aborts when somebody wants it to end. */
  shutdown: AbortSignal;
};

/** All that the acts of a rehearsal have in common. */
export type RehearsalContext = {
  stack: Stack;
  story: Story;
  plan: Plan;
  addNote: (text: string) => void;
  uploader: Uploader;
  checker: ImageChecker;
  observed: ObservedRelease[];
  /** What is withdrawn, as `versionName` names them. */
  rolledBack: Set<string>;
};

/** Between two looks, ms. */
const CHECK_INTERVAL_MS = 500;

/** What somebody wanted to end has been stopped, and rolled back as far as it had come. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/** Throws Interrupted once somebody wants it to end. */
export async function pause({ shutdown }: Plan): Promise<void> {
  await setTimeout(CHECK_INTERVAL_MS, undefined, { signal: shutdown }).catch(() => undefined);
  if (shutdown.aborted) throw new Interrupted('stopped');
}

/** Looks at what became of the uploads, and writes it into the story; gives what is wrong. With `all`, at those that were right, too. */
export async function checkUploads(
  { uploader, checker, story, rolledBack }: RehearsalContext,
  all = false,
): Promise<string[]> {
  const { photographs } = uploader;
  const { problems, ...result } = await checker.check(photographs, rolledBack, all);
  Object.assign(story.uploads, result, { sent: photographs.length });
  const { sent, right, wrong } = story.uploads;
  story.uploads.course.push({ at: story.lastedMs, sent, right, wrong });
  return problems;
}
