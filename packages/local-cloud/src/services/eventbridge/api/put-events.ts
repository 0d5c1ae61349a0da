import { z } from 'zod';
import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import { readInput } from '../../../wire/read-input.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import { eventOf, type Event } from '../event.ts';

const entry = z.strictObject({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  /** Seconds since 1970. */
  Time: z.number().optional(),
  Resources: z.array(z.string()).optional(),
  EventBusName: z.string().optional(),
  TraceHeader: z.string().max(500).optional(),
});
type Entry = z.output<typeof entry>;
const input = z.strictObject({ Entries: z.array(entry).min(1).max(10) });

export type Accepted = { event: Event; traceHeader?: string };

export type Refused = { ErrorCode: string; ErrorMessage: string };

const LARGEST_REQUEST = 1024 * 1024;

/** Reads the entries of a request. Throws AwsError ValidationException for what fails them all. */
export function readEntries(body: unknown): Entry[] {
  const { Entries: entries } = readInput('events:PutEvents', input, body, 'ValidationException');
  const size = entries.reduce((sum, one) => sum + sizeOf(one), 0);
  if (size > LARGEST_REQUEST) {
    throw new AwsError(
      'ValidationException',
      `Total size of the entries in the request is over the limit (${String(size)} of ${String(LARGEST_REQUEST)} bytes).`,
    );
  }
  return entries;
}

/** As AWS counts: the time is 14 bytes, names of members count nothing. */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources].reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  return texts + (Time === undefined ? 0 : 14);
}

/** The event that an entry stands for, or why it is none; one bad entry harms no other. */
export function acceptEntry(
  entry: Entry,
  context: Pick<ServiceContext, 'accountId' | 'region' | 'clock' | 'random'>,
): Accepted | Refused {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (entry[name] === undefined || entry[name] === '') {
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  const { Source: source = '', DetailType: detailType = '', TraceHeader: traceHeader } = entry;
  if (source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = readDetail(entry.Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const time = entry.Time === undefined ? context.clock.now() : new Date(entry.Time * 1000);
  const id = context.random.uuid();
  const event = eventOf({ id, source, detailType, time, resources: entry.Resources ?? [], detail }, context);
  return { event, ...(traceHeader !== undefined && { traceHeader }) };
}

function readDetail(text = ''): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Throws AwsError NotImplemented for any bus but the default one, which has a name and an ARN. */
export function checkBus(bus: string | undefined, defaultBusArn: string): void {
  if (bus === undefined || bus === 'default' || bus === defaultBusArn) return;
  throw notImplemented(`the event bus ${bus}: the default one is`);
}
