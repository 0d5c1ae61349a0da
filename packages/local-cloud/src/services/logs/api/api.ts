import { z } from 'zod';
import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import { awsJson, type JsonOperation } from '../../../wire/json.ts';
import type { Api, WireRequest } from '../../../wire/messages.ts';
import type { LogEvent, LogGroup, LogStream } from './types.ts';
import { messageFilter } from '../filter.ts';

type LogsForApi = { list: () => LogGroup[]; get: (name: string) => LogGroup; streams: (name: string) => LogStream[] };

const paged = { nextToken: z.string().optional(), limit: z.int().min(1).max(10_000).optional() };
const group = { logGroupName: z.string().optional(), logGroupIdentifier: z.string().optional() };

/** CloudWatch Logs' reading operations; functions write, stacks make groups. */
export function logsApi(logs: LogsForApi): Api {
  function groupOf({
    logGroupName,
    logGroupIdentifier,
  }: {
    logGroupName?: string | undefined;
    logGroupIdentifier?: string | undefined;
  }): LogGroup {
    const name =
      logGroupName ?? logGroupIdentifier?.replace(/^arn:aws:logs:[^:]*:\d+:log-group:/, '').replace(/:\*$/, '');
    if (name === undefined) throw new AwsError('InvalidParameterException', 'logGroupName must be given.');
    return logs.get(name);
  }

  return awsJson('logs', {
    DescribeLogGroups: operation(
      z.strictObject({
        logGroupNamePrefix: z.string().optional(),
        logGroupNamePattern: z.string().optional(),
        ...paged,
      }),
      'DescribeLogGroups',
      ({ logGroupNamePrefix = '', logGroupNamePattern = '', ...paging }, request) => {
        request.authorize('logs:DescribeLogGroups', '*');
        const found = logs
          .list()
          .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        const { items, ...next } = page(found, { limit: 50, ...paging });
        return { logGroups: items.map(describeGroup), ...next };
      },
    ),
    DescribeLogStreams: operation(
      z.strictObject({
        ...group,
        logStreamNamePrefix: z.string().optional(),
        orderBy: z.enum(['LogStreamName', 'LastEventTime']).optional(),
        descending: z.boolean().optional(),
        ...paged,
      }),
      'DescribeLogStreams',
      ({ logStreamNamePrefix = '', orderBy = 'LogStreamName', descending = false, ...input }, request) => {
        const { name, arn } = groupOf(input);
        request.authorize('logs:DescribeLogStreams', `${arn}:*`);
        const last = ({ events }: LogStream): number => events.at(-1)?.timestamp ?? 0;
        const found = logs
          .streams(name)
          .filter((stream) => stream.name.startsWith(logStreamNamePrefix))
          .sort((a, b) => (orderBy === 'LastEventTime' ? last(a) - last(b) : a.name < b.name ? -1 : 1));
        if (descending) found.reverse();
        const { items, ...next } = page(found, { limit: input.limit ?? 50, nextToken: input.nextToken });
        return { logStreams: items.map((stream) => describeStream(stream, arn)), ...next };
      },
    ),
    GetLogEvents: operation(
      z.strictObject({
        ...group,
        logStreamName: z.string(),
        startTime: z.number().optional(),
        endTime: z.number().optional(),
        startFromHead: z.boolean().optional(),
        ...paged,
      }),
      'GetLogEvents',
      (
        {
          logStreamName,
          startTime = 0,
          endTime = Infinity,
          startFromHead = false,
          nextToken,
          limit = 10_000,
          ...input
        },
        request,
      ) => {
        const { name, arn } = groupOf(input);
        request.authorize('logs:GetLogEvents', `${arn}:log-stream:${logStreamName}`);
        const stream = logs.streams(name).find((one) => one.name === logStreamName);
        if (stream === undefined)
          throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
        const events = stream.events.filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime);
        const from =
          nextToken === undefined
            ? startFromHead
              ? 0
              : Math.max(0, events.length - limit)
            : place(nextToken, events.length);
        const start = nextToken?.startsWith('b/') === true ? Math.max(0, from - limit) : from;
        const end = nextToken?.startsWith('b/') === true ? from : Math.min(events.length, from + limit);
        return {
          events: events.slice(start, end),
          nextForwardToken: `f/${String(end)}`,
          nextBackwardToken: `b/${String(start)}`,
        };
      },
    ),
    FilterLogEvents: operation(
      z.strictObject({
        ...group,
        logStreamNames: z.array(z.string()).optional(),
        logStreamNamePrefix: z.string().optional(),
        startTime: z.number().optional(),
        endTime: z.number().optional(),
        filterPattern: z.string().optional(),
        interleaved: z.boolean().optional(),
        ...paged,
      }),
      'FilterLogEvents',
      (
        {
          logStreamNames,
          logStreamNamePrefix = '',
          startTime = 0,
          endTime = Infinity,
          filterPattern = '',
          nextToken,
          limit = 10_000,
          ...input
        },
        request,
      ) => {
        const { name, arn } = groupOf(input);
        request.authorize('logs:FilterLogEvents', `${arn}:*`);
        const matches = messageFilter(filterPattern);
        const found = logs
          .streams(name)
          .filter((stream) => stream.name.startsWith(logStreamNamePrefix))
          .filter((stream) => logStreamNames?.includes(stream.name) ?? true)
          .flatMap((stream) => stream.events.map((event, index) => ({ stream, event, index })))
          .filter(({ event: { timestamp } }) => timestamp >= startTime && timestamp <= endTime)
          .filter(({ event }) => matches(event.message))
          .sort((a, b) => a.event.timestamp - b.event.timestamp);
        const { items, ...next } = page(found, { limit, nextToken });
        const events = items.map(({ stream, event, index }) => filtered(stream.name, event, index));
        return { events, searchedLogStreams: [], ...next };
      },
    ),
  });
}

/** Reads the input by a strict schema: a member that is not there is refused by name. */
function operation<T>(
  schema: z.ZodType<T>,
  name: string,
  run: (input: T, request: WireRequest) => object,
): JsonOperation {
  return (input, request) => {
    const result = schema.safeParse(input);
    if (result.success) return run(result.data, request);
    const [issue] = result.error.issues;
    if (issue?.code === 'unrecognized_keys') throw notImplemented(`${issue.keys.join(', ')} of logs:${name}`);
    throw new AwsError('InvalidParameterException', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  };
}

function page<T>(
  items: readonly T[],
  { limit, nextToken }: { limit?: number | undefined; nextToken?: string | undefined },
) {
  const from = nextToken === undefined ? 0 : place(`f/${nextToken}`, items.length);
  const next = from + (limit ?? 50);
  return { items: items.slice(from, next), ...(next < items.length && { nextToken: String(next) }) };
}

function place(token: string, most: number): number {
  const place = Number(/^[bf]\/(\d+)$/.exec(token)?.[1]);
  if (!Number.isInteger(place))
    throw new AwsError('InvalidParameterException', `${token} is not a token that was given.`);
  return Math.min(place, most);
}

function describeGroup({ name, arn, createdAt, retentionDays }: LogGroup): object {
  return {
    logGroupName: name,
    arn: `${arn}:*`,
    logGroupArn: arn,
    creationTime: createdAt,
    ...(retentionDays !== undefined && { retentionInDays: retentionDays }),
    metricFilterCount: 0,
    storedBytes: 0,
    logGroupClass: 'STANDARD',
  };
}

function describeStream({ name, createdAt, events }: LogStream, groupArn: string): object {
  return {
    logStreamName: name,
    arn: `${groupArn}:log-stream:${name}`,
    creationTime: createdAt,
    firstEventTimestamp: events[0]?.timestamp,
    lastEventTimestamp: events.at(-1)?.timestamp,
    lastIngestionTime: events.at(-1)?.ingestionTime,
    storedBytes: 0,
  };
}

function filtered(logStreamName: string, event: LogEvent, index: number): object {
  return {
    logStreamName,
    ...event,
    eventId: `${String(event.timestamp).padStart(20, '0')}${String(index).padStart(16, '0')}`,
  };
}
