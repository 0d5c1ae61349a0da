import { oneLine } from '../../shared/text.ts';
import type { HookReport } from '../story.ts';

/** Ms as `0.4 s`, `12.3 s`, `2 min 5 s`. */
export function seconds(ms: number): string {
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return `${String(Math.floor(whole / 60))} min ${String(whole % 60)} s`;
}

/** A share from 0 to 1 as `10 %`, `12.5 %`. */
export function percent(share: number): string {
  return `${String(Math.round(share * 1000) / 10)} %`;
}

/** `1 image`, `2 images`. */
export function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** CodeDeploy's own configurations all begin alike: `Canary10Percent5Minutes`. */
export function configLabel(name: string): string {
  return oneLine(name.replace(/^CodeDeployDefault\.(Lambda)?/u, ''));
}

/** A release without a fault has a name of its own. */
export function faultLabel(fault: string): string {
  return fault === 'good' ? 'good release' : oneLine(fault);
}

/** `30 times AWS's speed`. */
export function speedLabel(speed: number): string {
  return speed === 1 ? "AWS's speed" : `${String(speed)} times AWS's speed`;
}

type Picture = HookReport['pictures'][number];

/** The first output stands for all: `128 x 85 webp`; where there is none, how it ended. */
export function outputLabel(side: Picture['expected'] | Picture['got']): string {
  const [first] = side.outputs;
  if (first !== undefined) return `${String(first.width)} x ${String(first.height)} ${oneLine(first.format)}`;
  const status = 'status' in side ? oneLine(side.status) : 'no answer';
  return 'reason' in side ? `${status}: ${oneLine(side.reason)}` : status;
}

/** What a hook that compares durations found: undefined where it could not. */
export function durationOf(report: HookReport): string | undefined {
  if (report.duration === undefined) return undefined;
  const { newMs, servingMs, limitMs } = report.duration;
  const [young, old, most] = [newMs, servingMs, limitMs].map((ms) => `${String(Math.round(ms))} ms`);
  return `median duration ${young ?? ''}, of the serving version ${old ?? ''}, at most ${most ?? ''} allowed`;
}

/** The first thing that differs in a picture, and how many others there are. */
export function firstProblem({ problems }: Picture): string {
  const [first = 'it differs', ...others] = problems;
  return others.length === 0 ? oneLine(first) : `${oneLine(first)} (and ${String(others.length)} more)`;
}
