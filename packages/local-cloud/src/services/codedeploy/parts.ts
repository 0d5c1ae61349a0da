import type { AlarmState } from '../../core/cloud-event.ts';
import type { Roles } from '../../permissions/deliveries.ts';
import type { Undocumented } from '../../core/undocumented.ts';

/** What CodeDeploy needs of Lambda: aliases to shift traffic of, and hooks to invoke. Each throws AwsError where there is no such function. */
export type Releases = {
  /** The function's ARN; with the qualifier that the name has, if it has one. */
  arnOf: (function_: string) => string;
  alias: (
    functionName: string,
    alias: string,
  ) => { functionVersion: string; weights: Readonly<Record<string, number>> };
  hasVersion: (functionName: string, version: string) => boolean;
  moveAlias: (
    functionName: string,
    alias: string,
    to: { functionVersion: string; weights: Record<string, number> },
  ) => void;
  /** How long one invocation may take, of the real time: work is never hurried. */
  timeoutMs: (function_: string) => number;
  /** Asynchronously: resolves nothing, and is tried again as other events are. */
  invoke: (function_: string, event: string, requestId: string) => void;
};

export type CodedeployParts = Partial<Pick<Undocumented, 'targetsAfterMs'>> & {
  roles: Roles;
  lambda: Releases;
  /** Undefined: there is no such alarm. */
  alarmState: (name: string) => AlarmState | undefined;
  /** Gives an event to the default bus. */
  publish: (said: {
    source: string;
    detailType: string;
    time: Date;
    resources: readonly string[];
    detail: object;
  }) => void;
};
