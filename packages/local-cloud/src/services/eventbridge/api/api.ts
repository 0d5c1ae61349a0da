import { z } from 'zod';
import { AwsError } from '../../../core/aws-error.ts';
import { checkPattern, matchesPattern } from '../../../matching/event-pattern.ts';
import { awsJson } from '../../../wire/json.ts';
import type { Api } from '../../../wire/messages.ts';
import { paged } from '../../../wire/paged.ts';
import { readInput } from '../../../wire/read-input.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import type { Event } from '../event.ts';
import { acceptEntry, checkBus, readEntries } from './put-events.ts';
import type { Rule, Target } from '../rule.ts';

type EventsForApi = {
  busArn: string;
  get: (name: string) => Rule;
  list: () => Rule[];
  publish: (event: Event, traceHeader?: string) => void;
};

const bus = { EventBusName: z.string().optional() };
const page = { NextToken: z.string().optional(), Limit: z.int().min(1).max(100).default(100) };
const describeRule = z.strictObject({ Name: z.string(), ...bus });
const listRules = z.strictObject({ NamePrefix: z.string().default(''), ...bus, ...page });
const listTargets = z.strictObject({ Rule: z.string(), ...bus, ...page });
const testPattern = z.strictObject({ EventPattern: z.string(), Event: z.string() });

/** Events in, and reading; rules are made by stacks. */
export function eventsApi(events: EventsForApi, context: ServiceContext): Api {
  const invalidCode = 'ValidationException';
  return awsJson('events', {
    PutEvents: (body, { authorize }) => {
      const entries = readEntries(body);
      for (const { EventBusName, Source = '', DetailType = '' } of entries) {
        checkBus(EventBusName, events.busArn);
        authorize('events:PutEvents', events.busArn, { 'events:source': Source, 'events:detail-type': DetailType });
      }
      const results = entries.map((entry) => acceptEntry(entry, context));
      for (const result of results) if ('event' in result) events.publish(result.event, result.traceHeader);
      return {
        FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
        Entries: results.map((result) => ('event' in result ? { EventId: result.event.id } : result)),
      };
    },
    DescribeRule: (body, { authorize }) => {
      const { Name, EventBusName } = readInput('events:DescribeRule', describeRule, body, invalidCode);
      checkBus(EventBusName, events.busArn);
      const rule = events.get(Name);
      authorize('events:DescribeRule', rule.arn);
      return { ...described(rule), CreatedBy: context.accountId };
    },
    ListRules: (body, { authorize }) => {
      const { NamePrefix, EventBusName, NextToken, Limit } = readInput(
        'events:ListRules',
        listRules,
        body,
        invalidCode,
      );
      checkBus(EventBusName, events.busArn);
      authorize('events:ListRules', '*');
      const found = events.list().filter(({ name }) => name.startsWith(NamePrefix));
      const { items, next } = paged(found, { token: NextToken, size: Limit, invalidCode });
      return { Rules: items.map(described), ...next };
    },
    ListTargetsByRule: (body, { authorize }) => {
      const { Rule, EventBusName, NextToken, Limit } = readInput(
        'events:ListTargetsByRule',
        listTargets,
        body,
        invalidCode,
      );
      checkBus(EventBusName, events.busArn);
      const rule = events.get(Rule);
      authorize('events:ListTargetsByRule', rule.arn);
      const { items, next } = paged(rule.targets, { token: NextToken, size: Limit, invalidCode });
      return { Targets: items.map(describedTarget), ...next };
    },
    TestEventPattern: (body, { authorize }) => {
      const { EventPattern, Event } = readInput('events:TestEventPattern', testPattern, body, invalidCode);
      authorize('events:TestEventPattern', '*');
      checkPattern(EventPattern);
      return { Result: matchesPattern(EventPattern, readEvent(Event)) };
    },
  });
}

/** `TestEventPattern` takes whole events only. */
function readEvent(text: string): unknown {
  const needed = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];
  const event = parse(text);
  const missing = needed.filter((name) => !Object.hasOwn(event, name));
  if (missing.length === 0) return event;
  throw new AwsError('ValidationException', `Parameter Event is not valid. Reason: it lacks ${missing.join(', ')}.`);
}

function parse(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new AwsError('ValidationException', 'Parameter Event is not valid. Reason: it is no JSON object.');
}

function described({ name, arn, description, enabled, pattern, expression }: Rule): object {
  return {
    Name: name,
    Arn: arn,
    EventBusName: 'default',
    State: enabled ? 'ENABLED' : 'DISABLED',
    ...(description !== undefined && { Description: description }),
    ...(pattern !== undefined && { EventPattern: pattern }),
    ...(expression !== undefined && { ScheduleExpression: expression }),
  };
}

function describedTarget(target: Target): object {
  const { id, arn, roleArn, input, inputPath, deadLetterArn, maximumEventAgeSeconds, maximumRetryAttempts } = target;
  return {
    Id: id,
    Arn: arn,
    ...(roleArn !== undefined && { RoleArn: roleArn }),
    ...(input !== undefined && { Input: input }),
    ...(inputPath !== undefined && { InputPath: inputPath }),
    ...(deadLetterArn !== undefined && { DeadLetterConfig: { Arn: deadLetterArn } }),
    RetryPolicy: { MaximumEventAgeInSeconds: maximumEventAgeSeconds, MaximumRetryAttempts: maximumRetryAttempts },
  };
}
