import type { CloudEvent } from '../core/cloud-event.ts';
import type { Round } from '../watch/watch.ts';
import { lineOf, type Line, type LineOptions } from './line.ts';
import { duration, printable } from './printable.ts';

export type StackChange = Extract<CloudEvent, { type: 'stack-changed' }>;

/** What a reader is told after a change of the sources was deployed: a line for each resource that changed, or what is wrong. */
export function linesOfRound(round: Round, changes: readonly StackChange[], options: LineOptions): Line[] {
  const took = duration(round.ms);
  if (round.outcome === 'failed') {
    return [
      ...round.error.message
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line): Line => ({ tone: 'bad', where: 'change', what: printable(line) })),
      {
        tone: 'warning',
        where: 'change',
        what:
          // What could not be taken back it has said itself.
          round.error.name === 'DeploymentError'
            ? `rolled back (${took}): describe-stack-events tells what was done`
            : `not deployed (${took}): everything is as it was`,
      },
    ];
  }
  if (changes.length === 0)
    return !round.asked ? [] : [{ tone: 'quiet', where: 'change', what: `changes no resource (${took})` }];
  const count = `${String(changes.length)} ${changes.length === 1 ? 'resource' : 'resources'}`;
  return [
    ...changes.flatMap((change) => lineOf(change, options) ?? []),
    { tone: 'good', where: 'change', what: `deployed: ${count} in ${took}` },
  ];
}

/** What a reader is told whose change has to wait for the deployment in work, and for the releases that it waits for. */
export function lineOfWaiting(releases: readonly string[], endpoint: string): Line {
  const [first] = releases;
  return {
    tone: 'quiet',
    where: 'change',
    what:
      first === undefined
        ? 'seen: it is deployed next'
        : `seen: it is deployed when ${releases.join(' and ')} ${releases.length === 1 ? 'is' : 'are'} over. To stop that now: ` +
          `aws --endpoint-url ${endpoint} deploy stop-deployment --deployment-id ${first} --auto-rollback-enabled`,
  };
}
