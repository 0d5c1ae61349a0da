import { join } from 'node:path';
import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Message } from './message.ts';
import { openQueue, type Queue } from './queue.ts';
import { allowsRedrive, defaults, type QueueSettings } from './queue-settings.ts';

export type QueueRecord = {
  name: string;
  arn: string;
  settings: QueueSettings;
  tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  createdAt: number;
  changedAt: number;
};

/** A queue: what is known of it, and its messages. */
export type OpenQueue = { record: () => QueueRecord; messages: Queue };

export type Queues = ReturnType<typeof openQueues>;

/** The account's queues, and the ways between them that redrive policies make. */
export function openQueues(context: ServiceContext) {
  const { region, accountId, clock, observe, stateFolder } = context;
  const fileOf = (name: string): string | undefined =>
    stateFolder === undefined ? undefined : join(stateFolder, 'sqs', `${name}.jsonl`);
  const records = openStore<QueueRecord>(stateFolder === undefined ? undefined : join(stateFolder, 'sqs.jsonl'));
  const open = new Map<string, OpenQueue>();
  const deleted = new Map<string, number>();
  for (const [name] of records.entries()) open.set(name, openOne(name));

  function openOne(name: string): OpenQueue {
    const record = (): QueueRecord => {
      const found = records.get(name);
      if (found === undefined) throw noSuchQueue();
      return found;
    };
    const arn = arnOf(name);
    const messages = openQueue({
      arn,
      settings: () => record().settings,
      messages: openStore<Message>(fileOf(name)),
      context,
      deadLetter: (message) => deadLetter(record(), message),
    });
    return { record, messages };
  }

  function arnOf(name: string): string {
    return `arn:aws:sqs:${region}:${accountId}:${name}`;
  }

  function find(name: string): OpenQueue | undefined {
    return open.get(name);
  }

  function get(name: string): OpenQueue {
    const queue = find(name);
    if (queue === undefined) throw noSuchQueue();
    return queue;
  }

  function findByArn(arn: string): OpenQueue | undefined {
    const queue = find(arn.slice(arn.lastIndexOf(':') + 1));
    return queue?.messages.arn === arn ? queue : undefined;
  }

  function deadLetter({ arn, settings }: QueueRecord, message: Message): boolean {
    const target = findByArn(settings.RedrivePolicy?.deadLetterTargetArn ?? '');
    // A dead-letter queue that is gone or no longer lets this queue in takes nothing: the message stays where it is.
    if (target === undefined || !allowsRedrive(target.record().settings.RedriveAllowPolicy, arn)) return false;
    target.messages.adopt(message, arn);
    observe({
      type: 'dead-lettered',
      from: arn,
      to: target.messages.arn,
      reason: `message ${message.id} was received ${message.receiveCount} times`,
    });
    return true;
  }

  function checkRedrive(arn: string, { RedrivePolicy }: Partial<QueueSettings>): void {
    if (RedrivePolicy === undefined) return;
    const refuse = (reason: string): never => {
      const value = JSON.stringify(RedrivePolicy);
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${value} for parameter RedrivePolicy is invalid. Reason: ${reason}.`,
      );
    };
    const target = findByArn(RedrivePolicy.deadLetterTargetArn) ?? refuse('Dead letter target does not exist');
    if (!allowsRedrive(target.record().settings.RedriveAllowPolicy, arn)) {
      refuse(`The RedriveAllowPolicy of the dead letter target does not allow ${arn}`);
    }
  }

  return {
    find,
    findByArn,
    /** Throws AwsError QueueDoesNotExist. */
    get,
    /** Throws AwsError QueueDoesNotExist. */
    byArn: (arn: string): OpenQueue => {
      const queue = findByArn(arn);
      if (queue === undefined) throw noSuchQueue();
      return queue;
    },
    list: (): OpenQueue[] => [...open.values()],
    /** When a queue of this name was deleted last (milliseconds since 1970). */
    deletedAt: (name: string): number | undefined => deleted.get(name),
    /** The queues that send what they give up to this one. */
    sourcesOf: (arn: string): OpenQueue[] =>
      [...open.values()].filter(({ record }) => record().settings.RedrivePolicy?.deadLetterTargetArn === arn),

    /** Throws AwsError QueueNameExists. */
    create: (
      name: string,
      settings: Partial<QueueSettings>,
      tags: Readonly<Record<string, string>> = {},
    ): OpenQueue => {
      if (name.endsWith('.fifo')) throw notImplemented('FIFO queues');
      if (!/^[\w-]{1,80}$/.test(name)) {
        throw new AwsError(
          'InvalidParameterValue',
          'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
        );
      }
      if (open.has(name)) throw new AwsError('QueueNameExists', `A queue named ${name} already exists.`);
      checkRedrive(arnOf(name), settings);
      const at = clock.now().getTime();
      records.set(name, {
        name,
        arn: arnOf(name),
        settings: { ...defaults, ...settings },
        tags,
        createdAt: at,
        changedAt: at,
      });
      const queue = openOne(name);
      open.set(name, queue);
      return queue;
    },

    /** Changes only the settings that are given. */
    change: (name: string, settings: Partial<QueueSettings>): void => {
      const record = get(name).record();
      checkRedrive(record.arn, settings);
      records.set(name, { ...record, settings: { ...record.settings, ...settings }, changedAt: clock.now().getTime() });
    },

    /** Sets what is given and everything else to its default, but for the policy, which is set on its own. */
    reset: (name: string, settings: Partial<QueueSettings>): void => {
      const record = get(name).record();
      checkRedrive(record.arn, settings);
      const { Policy } = record.settings;
      records.set(name, {
        ...record,
        settings: { ...defaults, Policy, ...settings },
        changedAt: clock.now().getTime(),
      });
    },

    tag: (name: string, tags: Readonly<Record<string, string>>): void => {
      records.set(name, { ...get(name).record(), tags });
    },

    delete: (name: string): void => {
      const queue = get(name);
      queue.messages.close();
      open.delete(name);
      records.delete(name);
      deleted.set(name, clock.now().getTime());
    },
  };
}

function noSuchQueue(): AwsError {
  return new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}
