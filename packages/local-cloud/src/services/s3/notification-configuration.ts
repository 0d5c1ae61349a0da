import type { ObjectEventName } from './event-record.ts';
import { invalidArgument } from './errors.ts';
import { notImplemented } from '../../core/aws-error.ts';

export type Destination = 'topic' | 'queue' | 'function';

export type Notification = {
  id: string;
  destination: Destination;
  arn: string;
  /** As configured: `s3:ObjectCreated:*`, `s3:ObjectRemoved:Delete`, … */
  events: readonly string[];
  prefix: string;
  suffix: string;
};

export type NotificationConfiguration = readonly Notification[];

const KNOWN: readonly ObjectEventName[] = [
  'ObjectCreated:Put',
  'ObjectCreated:Post',
  'ObjectCreated:Copy',
  'ObjectCreated:CompleteMultipartUpload',
  'ObjectRemoved:Delete',
  'ObjectRemoved:DeleteMarkerCreated',
  'LifecycleExpiration:Delete',
  'LifecycleExpiration:DeleteMarkerCreated',
  'ObjectTagging:Put',
  'ObjectTagging:Delete',
];

/** Events of features that this cloud has not: who waits for them would wait for ever. */
const ELSEWHERE =
  /^s3:(ReducedRedundancyLostObject|ObjectRestore:(\*|Post|Completed|Delete)|Replication:(\*|\w+)|LifecycleTransition|IntelligentTiering|ObjectAcl:Put)$/;

export function matchesEvent(configured: string, name: ObjectEventName): boolean {
  const event = configured.slice('s3:'.length);
  return event === name || (event.endsWith(':*') && name.startsWith(event.slice(0, -1)));
}

export function matches({ events, prefix, suffix }: Notification, name: ObjectEventName, key: string): boolean {
  return events.some((configured) => matchesEvent(configured, name)) && key.startsWith(prefix) && key.endsWith(suffix);
}

/**
 * Throws AwsError InvalidArgument for events that S3 does not know and for rules of which two could match one event, NotImplemented
 * for events that never happen here.
 */
export function checkConfiguration(configuration: NotificationConfiguration): void {
  for (const { events } of configuration) {
    if (events.length === 0) throw invalidArgument('A configuration must name an event.', 'Event', '');
    for (const event of events) {
      if (ELSEWHERE.test(event)) throw notImplemented(`the event ${event} of bucket notifications`);
      if (!event.startsWith('s3:') || !KNOWN.some((name) => matchesEvent(event, name))) {
        throw invalidArgument('The event is not supported for notifications', 'Event', event);
      }
    }
  }
  for (const [index, one] of configuration.entries()) {
    const other = configuration.slice(index + 1).find((candidate) => overlap(one, candidate));
    if (other !== undefined) {
      throw invalidArgument(
        'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
        'Id',
        `${one.id}, ${other.id}`,
      );
    }
  }
}

function overlap(a: Notification, b: Notification): boolean {
  return (
    KNOWN.some((name) => [a, b].every(({ events }) => events.some((configured) => matchesEvent(configured, name)))) &&
    (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)) &&
    (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix))
  );
}

/** Names are `prefix` and `suffix`, in any case, each once. Throws AwsError InvalidArgument. */
export function readFilterRules(
  rules: readonly { name: string; value: string }[],
): Pick<Notification, 'prefix' | 'suffix'> {
  const found: { prefix?: string; suffix?: string } = {};
  for (const { name, value } of rules) {
    const kind = name.toLowerCase();
    if (kind !== 'prefix' && kind !== 'suffix') {
      throw invalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', name);
    }
    if (found[kind] !== undefined) {
      throw invalidArgument(`Cannot specify more than one ${kind} rule in a filter.`, 'FilterRule.Name', name);
    }
    found[kind] = value;
  }
  return { prefix: found.prefix ?? '', suffix: found.suffix ?? '' };
}
