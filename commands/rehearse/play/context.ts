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
  /** Unique: part of the keys of its uploads. */
  id: string;
  deploymentConfig: string;
  /** The speed at the start: waiting time passes this many times faster than on AWS. */
  speed: number;
  /** Sets that speed. Absent if the operator chose it, or on AWS. */
  setSpeed?: (speed: number) => Promise<void>;
  perSecond: number;
  pictures: readonly Picture[];
  /** Receives all uploads, regardless of how the rehearsal ends. */
  photographs: Photograph[];
  /** Called with the story after each change. */
  draw: (story: Story) => void;
  /** Aborts when the rehearsal must stop. */
  shutdown: AbortSignal;
};

/** The state that all steps of a rehearsal share. */
export type RehearsalContext = {
  stack: Stack;
  story: Story;
  plan: Plan;
  addNote: (text: string) => void;
  uploader: Uploader;
  checker: ImageChecker;
  observed: ObservedRelease[];
  /** Rolled-back versions, by `versionName`. */
  rolledBack: Set<string>;
};

/** Interval between two checks, ms. */
const CHECK_INTERVAL_MS = 500;

/** The rehearsal was stopped on request and rolled back. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/** Waits for `CHECK_INTERVAL_MS`. Throws Interrupted if the rehearsal must stop. */
export async function pause({ shutdown }: Plan): Promise<void> {
  await setTimeout(CHECK_INTERVAL_MS, undefined, { signal: shutdown }).catch(() => undefined);
  if (shutdown.aborted) throw new Interrupted('stopped');
}

/** Checks the uploads, updates the story and returns the problems. With `all`, also checks uploads that were right before. */
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
