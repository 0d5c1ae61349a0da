import { randomUUID } from 'node:crypto';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { resourcesOf } from '../shared/resources.ts';
import { UsageError, type Target } from '../shared/target.ts';

/** What the stack's schedule invokes its function with now. Throws UsageError where the stack has none. */
export async function scheduleEvent(target: Target, region: string): Promise<unknown> {
  const resources = await resourcesOf(target.client, target.stackName);
  const schedule = resources.find(({ type }) => type === 'AWS::Scheduler::Schedule');
  if (schedule === undefined) throw new UsageError(`Stack ${target.stackName} has no schedule.`);
  const { Arn: arn = '', Target: { Input: input } = {} } = await new SchedulerClient(target.client).send(
    new GetScheduleCommand({ Name: schedule.physicalId }),
  );
  const time = new Date().toISOString().replace(/\.\d{3}Z$/, 'Z');
  const id = randomUUID();
  if (input === undefined) {
    return {
      version: '0',
      id,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: arn.split(':')[4],
      time,
      region,
      resources: [arn],
      detail: '{}',
    };
  }
  const placeholders: Readonly<Record<string, string>> = {
    'schedule-arn': arn,
    'scheduled-time': time,
    'execution-id': id,
    'attempt-number': '1',
  };
  const filled = input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => placeholders[name] ?? whole);
  return JSON.parse(filled) as unknown;
}
