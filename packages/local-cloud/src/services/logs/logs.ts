import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import { append, writeSoon } from '../../core/write-behind.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { logsApi } from './api/api.ts';
import type { LogGroup, LogStream } from './api/types.ts';

export type Logs = ReturnType<typeof createLogs>;

/** So much of a group stays in memory; older events are in its file only. */
const MOST_EVENTS = 10_000;

/** CloudWatch Logs: groups with their streams. With a state folder each group is a file as well, `logs/<group>.log`. */
export function createLogs(context: Pick<ServiceContext, 'region' | 'accountId' | 'clock' | 'stateFolder'>) {
  const { region, accountId, clock, stateFolder } = context;
  const groups = openStore<LogGroup>(stateFolder && join(stateFolder, 'logs', 'groups.jsonl'));
  const streams = new Map<string, Map<string, LogStream>>();
  const counts = new Map<string, number>();
  /** What the groups' files still have to get. */
  const unwritten = new Map<string, string>();
  const writeFiles = (): void => {
    for (const [file, text] of unwritten) append(file, text);
    unwritten.clear();
  };

  const arnOf = (name: string): string => `arn:aws:logs:${region}:${accountId}:log-group:${name}`;

  function get(name: string): LogGroup {
    const found = groups.get(name);
    if (found === undefined) {
      throw new AwsError('ResourceNotFoundException', `The specified log group does not exist: ${name}`);
    }
    return found;
  }

  function create(name: string, retentionDays?: number): LogGroup {
    if (groups.get(name) !== undefined) {
      throw new AwsError('ResourceAlreadyExistsException', `The specified log group already exists: ${name}`);
    }
    const made = {
      name,
      arn: arnOf(name),
      createdAt: clock.now().getTime(),
      ...(retentionDays !== undefined && { retentionDays }),
    };
    groups.set(name, made);
    return made;
  }

  /** Drops what its group does not retain (a wait, which the clock's factor shortens), and what memory does not hold. */
  function trim({ name, retentionDays = Infinity }: LogGroup): void {
    const oldest = clock.now().getTime() - (retentionDays * 86_400_000) / clock.factor;
    let surplus = (counts.get(name) ?? 0) - MOST_EVENTS;
    for (const stream of streams.get(name)?.values() ?? []) {
      let drop = stream.events.findIndex(({ timestamp }) => timestamp >= oldest);
      if (drop === -1) drop = stream.events.length;
      drop = Math.max(drop, Math.min(surplus, stream.events.length));
      stream.events.splice(0, drop);
      surplus -= drop;
    }
    counts.set(
      name,
      [...(streams.get(name)?.values() ?? [])].reduce((sum, { events }) => sum + events.length, 0),
    );
  }

  const logs = {
    create,
    get,
    list: (): LogGroup[] => [...groups.entries()].map(([, group]) => group),
    delete: (name: string): void => {
      get(name);
      groups.delete(name);
      streams.delete(name);
      counts.delete(name);
    },
    /** Undefined: kept for ever. */
    retain: (name: string, retentionDays: number | undefined): void => {
      groups.set(name, { ...get(name), retentionDays });
    },
    streams: (name: string): LogStream[] => {
      const group = get(name);
      trim(group);
      return [...(streams.get(name)?.values() ?? [])];
    },
    /** Adds an event; the group is made where there is none, as Lambda does. */
    write: ({
      group,
      stream,
      timestamp,
      message,
    }: {
      group: string;
      stream: string;
      timestamp: number;
      message: string;
    }) => {
      const found = groups.get(group) ?? create(group);
      const own = streams.get(group) ?? new Map<string, LogStream>();
      streams.set(group, own);
      const kept = own.get(stream) ?? { name: stream, createdAt: timestamp, events: [] };
      own.set(stream, kept);
      kept.events.push({ timestamp, ingestionTime: clock.now().getTime(), message });
      const count = (counts.get(group) ?? 0) + 1;
      counts.set(group, count);
      if (count > MOST_EVENTS * 1.1) trim(found);
      if (stateFolder === undefined) return;
      const file = fileOf(stateFolder, group);
      unwritten.set(file, `${unwritten.get(file) ?? ''}${message}\n`);
      writeSoon(writeFiles);
    },
    /** Where a group's log can be read as a file; undefined without a state folder. */
    fileOf: (group: string): string | undefined => (stateFolder === undefined ? undefined : fileOf(stateFolder, group)),
  };
  if (stateFolder !== undefined) mkdirSync(join(stateFolder, 'logs'), { recursive: true });
  return { ...logs, api: logsApi(logs) };
}

/** `/aws/lambda/reconcile-images` is `aws-lambda-reconcile-images.log`. */
function fileOf(stateFolder: string, group: string): string {
  const name = group.replace(/^\//, '').replace(/[^A-Za-z0-9._-]+/g, '-');
  return join(stateFolder, 'logs', `${name}.log`);
}
