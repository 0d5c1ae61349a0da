import { AwsError } from '../../../core/aws-error.ts';
import type { Api } from '../../../wire/messages.ts';
import { restJson, type RestRequest, type RestRoute } from '../../../wire/rest-json.ts';
import type { Schedule } from '../schedule.ts';

type SchedulerForApi = { get: (name: string) => Schedule; list: () => Schedule[] };

/** Reading; schedules are made by stacks. */
export function schedulerApi(scheduler: SchedulerForApi): Api {
  const group = ({ query }: RestRequest, name: string): void => {
    const wanted = query.get(name) ?? 'default';
    if (wanted !== 'default')
      throw new AwsError('ResourceNotFoundException', `Schedule group ${wanted} does not exist.`, 404);
  };

  return restJson('scheduler', [
    {
      operation: 'GetSchedule',
      method: 'GET',
      path: '/schedules/{Name}',
      parameters: ['groupName'],
      handle: (request) => {
        group(request, 'groupName');
        const schedule = scheduler.get(request.labels.Name ?? '');
        request.authorize('scheduler:GetSchedule', schedule.arn);
        return { body: describe(schedule) };
      },
    },
    {
      operation: 'ListSchedules',
      method: 'GET',
      path: '/schedules',
      parameters: ['ScheduleGroup', 'NamePrefix', 'State', 'NextToken', 'MaxResults'],
      handle: (request) => {
        group(request, 'ScheduleGroup');
        request.authorize('scheduler:ListSchedules', '*');
        const { query } = request;
        const prefix = query.get('NamePrefix') ?? '';
        const state = query.get('State');
        const found = scheduler
          .list()
          .filter(({ name }) => name.startsWith(prefix))
          .filter(({ enabled }) => state === null || state === stateOf(enabled));
        const from = wholeNumber(query, 'NextToken', 0);
        const next = from + wholeNumber(query, 'MaxResults', 100);
        return {
          body: {
            Schedules: found.slice(from, next).map(summary),
            ...(next < found.length && { NextToken: String(next) }),
          },
        };
      },
    },
    ...refused,
  ]);
}

const refused: RestRoute[] = (
  [
    ['CreateSchedule', 'POST', '/schedules/{Name}'],
    ['UpdateSchedule', 'PUT', '/schedules/{Name}'],
    ['DeleteSchedule', 'DELETE', '/schedules/{Name}'],
    ['CreateScheduleGroup', 'POST', '/schedule-groups/{Name}'],
    ['GetScheduleGroup', 'GET', '/schedule-groups/{Name}'],
    ['DeleteScheduleGroup', 'DELETE', '/schedule-groups/{Name}'],
    ['ListScheduleGroups', 'GET', '/schedule-groups'],
    ['ListTagsForResource', 'GET', '/tags/{ResourceArn}'],
    ['TagResource', 'POST', '/tags/{ResourceArn}'],
    ['UntagResource', 'DELETE', '/tags/{ResourceArn}'],
  ] as const
).map(([operation, method, path]) => ({ operation, method, path }));

function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? String(otherwise);
  if (/^\d+$/.test(text)) return Number(text);
  throw new AwsError('ValidationException', `${name} is ${JSON.stringify(text)}: it is not one that was given.`);
}

function stateOf(enabled: boolean): string {
  return enabled ? 'ENABLED' : 'DISABLED';
}

function summary({ arn, name, enabled, createdAt, lastModified, target }: Schedule): object {
  return {
    Arn: arn,
    Name: name,
    GroupName: 'default',
    State: stateOf(enabled),
    CreationDate: Date.parse(createdAt) / 1000,
    LastModificationDate: Date.parse(lastModified) / 1000,
    Target: { Arn: target.arn },
  };
}

function describe(schedule: Schedule): object {
  const { flexibleMinutes, target, description, startDate, endDate } = schedule;
  return {
    ...summary(schedule),
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timeZone,
    ActionAfterCompletion: 'NONE',
    ...(description !== undefined && { Description: description }),
    ...(startDate !== undefined && { StartDate: Date.parse(startDate) / 1000 }),
    ...(endDate !== undefined && { EndDate: Date.parse(endDate) / 1000 }),
    FlexibleTimeWindow:
      flexibleMinutes === undefined ? { Mode: 'OFF' } : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: flexibleMinutes },
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      ...(target.input !== undefined && { Input: target.input }),
      ...(target.deadLetterArn !== undefined && { DeadLetterConfig: { Arn: target.deadLetterArn } }),
      RetryPolicy: {
        MaximumEventAgeInSeconds: target.maximumEventAgeSeconds,
        MaximumRetryAttempts: target.maximumRetryAttempts,
      },
    },
  };
}
