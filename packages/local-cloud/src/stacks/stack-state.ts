import { join } from 'node:path';
import type { Relocate } from '../core/relocate.ts';
import { openStore } from '../core/store.ts';
import type { DeletionPolicy } from '../template/template.ts';
import type { ResourceStatus, StackEvent, StackStatus } from './stack-view.ts';

/** A stack as it is kept across restarts. Times are ISO 8601. */
export type StackRecord = {
  stackName: string;
  stackId: string;
  description?: string;
  status: StackStatus;
  statusReason?: string;
  createdAt: string;
  updatedAt?: string;
  deletedAt?: string;
  /** Those with `NoEcho` masked. */
  parameters: Record<string, string>;
  outputs: { key: string; value: string; description?: string }[];
  /** What a rollback that failed has not deleted yet, in order: continuing it does. */
  toDelete?: Pick<ResourceRecord, 'logicalId' | 'type' | 'ref' | 'properties' | 'deletionPolicy'>[];
  /** Of a nested stack: the stack that it is a resource of, the outermost of these, and its logical id there. */
  parentId?: string;
  rootId?: string;
  logicalId?: string;
  tags?: Readonly<Record<string, string>>;
};

/** Where the rollback of one resource starts: what its update set, or was about to set, and its update policy. Resolved. */
export type RollbackStart = { properties: unknown; updatePolicy: unknown };

/** A resource as it was last made. */
export type ResourceRecord = {
  logicalId: string;
  type: string;
  /** Resolved; `before` of the next update. */
  properties: unknown;
  ref: string;
  attributes: Readonly<Record<string, unknown>>;
  /** The resources that it mentions: it goes before they go. */
  needs: readonly string[];
  deletionPolicy: DeletionPolicy;
  updateReplacePolicy: DeletionPolicy;
  /** How often it was made anew: a replacement must not have the name of what it replaces. */
  generation: number;
  status: ResourceStatus;
  statusReason?: string;
  changedAt: string;
  /** Of one that a rollback could not put back. */
  rollbackFrom?: RollbackStart;
};

export type StackState = {
  stacks: () => StackRecord[];
  stack: (stackName: string) => StackRecord | undefined;
  saveStack: (record: StackRecord) => void;
  resource: (stackName: string, logicalId: string) => ResourceRecord | undefined;
  /** In the order they were made. */
  resources: (stackName: string) => ResourceRecord[];
  saveResource: (stackName: string, record: ResourceRecord) => void;
  forgetResource: (stackName: string, logicalId: string) => void;
  /** What resources are called changes; what mentions them is updated with the next deployment. */
  relocate: (relocate: Relocate) => void;
  /** The oldest first. */
  events: (stackId: string) => StackEvent[];
  addEvent: (event: StackEvent) => void;
};

/** So many are kept, of all stacks; AWS keeps them for ninety days. */
const MOST_EVENTS = 5000;

/** `folder`: where it is kept, e.g. `.local/stacks`; absent: in memory only. */
export function openStackState(folder: string | undefined): StackState {
  const file = (name: string): string | undefined => (folder === undefined ? undefined : join(folder, name));
  const stacks = openStore<StackRecord>(file('stacks.jsonl'));
  const resources = openStore<ResourceRecord>(file('resources.jsonl'));
  const events = openStore<StackEvent>(file('events.jsonl'));
  const key = (stackName: string, logicalId: string): string => `${stackName}/${logicalId}`;
  return {
    stacks: () => [...stacks.entries()].map(([, record]) => record),
    stack: (stackName) => stacks.get(stackName),
    saveStack: (record) => stacks.set(record.stackName, record),
    resource: (stackName, logicalId) => resources.get(key(stackName, logicalId)),
    resources: (stackName) =>
      [...resources.entries()].filter(([name]) => name.startsWith(`${stackName}/`)).map(([, record]) => record),
    saveResource: (stackName, record) => resources.set(key(stackName, record.logicalId), record),
    forgetResource: (stackName, logicalId) => void resources.delete(key(stackName, logicalId)),
    relocate: (relocate) => {
      for (const [name, record] of stacks.entries()) {
        const { outputs, toDelete } = record;
        stacks.set(name, {
          ...record,
          outputs: relocate(outputs),
          ...(toDelete !== undefined && { toDelete: relocate(toDelete) }),
        });
      }
      for (const [name, record] of resources.entries()) {
        resources.set(name, { ...record, ref: relocate(record.ref), attributes: relocate(record.attributes) });
      }
    },
    events: (stackId) => [...events.entries()].map(([, event]) => event).filter((event) => event.stackId === stackId),
    addEvent: (event) => {
      events.set(event.eventId, event);
      for (const [eventId] of events.entries()) {
        if (events.size <= MOST_EVENTS) break;
        events.delete(eventId);
      }
    },
  };
}
