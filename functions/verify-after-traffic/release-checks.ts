import type { Ports, Release } from './ports.ts';
import type { Report } from './report.ts';
import { isObject } from '../shared/json.ts';

type Found<What extends 'alarms' | 'deadLetters'> = Pick<Report, What> & { failures: string[] };

/** Whether a rollback alarm fired since the release started, even if it is in the OK state again. */
export async function checkAlarms(ports: Ports, release: Release): Promise<Found<'alarms'>> {
  const names = await ports.alarmsOf(release);
  const fired = new Set(await ports.firedSince(names, release.startedAt));
  return {
    alarms: names.map((name) => ({ name, fired: fired.has(name) })),
    failures: [...fired].map((name) => `the alarm ${name} has fired since the release began`),
  };
}

/** Whether dead letters were added since verify-before-traffic counted them. Fewer are fine: an operator may have handled them. */
export async function countNewDeadLetters(ports: Ports, deploymentId: string): Promise<Found<'deadLetters'>> {
  const counts = Object.entries(await ports.countDeadLetters());
  const before = countedBefore(await ports.readReportBefore(deploymentId));
  const failures = typeof before === 'string' ? [before] : [];
  const deadLetters: Report['deadLetters'] = {};
  for (const [queue, now] of counts) {
    const then = typeof before === 'string' ? undefined : before[queue];
    deadLetters[queue] = { ...(then !== undefined && { before: then }), now };
    if (then !== undefined && now > then) failures.push(`${now - then} more in ${queue} than when the release began`);
    if (typeof before !== 'string' && then === undefined) {
      failures.push(
        `verify-before-traffic has not counted the dead letters in ${queue}: nobody knows whether there are more now`,
      );
    }
  }
  return { deadLetters, failures };
}

/** The counts by the queues' names; or a sentence that says why there are none. */
function countedBefore(report: unknown): Record<string, number> | string {
  if (!isObject(report))
    return 'verify-before-traffic has left no report: nobody knows how many dead letters there were';
  const counts = isObject(report['deadLetters']) ? report['deadLetters'] : {};
  return Object.fromEntries(
    Object.entries(counts).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
