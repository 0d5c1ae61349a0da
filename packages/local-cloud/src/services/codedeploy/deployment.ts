import type { AppSpec, HookStage as HookEventName } from './app-spec.ts';

export const lifecycleEventNames = ['BeforeAllowTraffic', 'AllowTraffic', 'AfterAllowTraffic'] as const;
export type LifecycleEventName = (typeof lifecycleEventNames)[number];

export type StageStatus = 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped';

/** Times are ISO 8601. */
export type LifecycleEvent = {
  stage: LifecycleEventName;
  status: StageStatus;
  startedAt?: string;
  endedAt?: string;
  /** The function that was asked, and the id that its report must name. */
  hook?: string;
  executionId?: string;
  /** Why it failed. */
  message?: string;
};

const rollbackEvents = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'] as const;
export type RollbackEvent = (typeof rollbackEvents)[number];
export type AutoRollback = { enabled: boolean; events: readonly RollbackEvent[] };

/** Alarms that stop a deployment. `ignorePollFailure`: go on where their state cannot be told. */
export type AlarmConfiguration = { enabled: boolean; alarms: readonly string[]; ignorePollFailure: boolean };

export type DeploymentStatus = 'Created' | 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped';

/** Those of AWS's codes that can come about here. */
export type ErrorCode =
  | 'ALARM_ACTIVE'
  | 'CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND'
  | 'DEPLOYMENT_GROUP_MISSING'
  | 'HOOK_EXECUTION_FAILURE'
  | 'IAM_ROLE_MISSING'
  | 'IAM_ROLE_PERMISSIONS'
  | 'INTERNAL_ERROR'
  | 'INVALID_LAMBDA_CONFIGURATION'
  | 'INVALID_LAMBDA_FUNCTION'
  | 'MANUAL_STOP'
  | 'TIMEOUT';

/** How a deployment ends that does not succeed, and which event of the rollback configuration that is. */
export type Ending = {
  status: 'Failed' | 'Stopped';
  code: ErrorCode;
  message: string;
  event: RollbackEvent;
  /** What somebody decided, whatever the configuration says. */
  rollBack?: boolean;
};

/** A deployment as it is kept. Times are ISO 8601. */
export type Deployment = {
  id: string;
  application: string;
  group: string;
  configuration: string;
  /** `content` is absent from what earlier releases of the local cloud stored. */
  revision: { type: 'AppSpecContent' | 'String'; sha256: string; content?: string };
  appSpec: AppSpec;
  description?: string;
  creator: 'user' | 'codeDeployRollback';
  autoRollback: AutoRollback;
  alarms: AlarmConfiguration;
  /** Its own alarms, not the group's. */
  overridesAlarms: boolean;
  status: DeploymentStatus;
  createdAt: string;
  startedAt?: string;
  endedAt?: string;
  error?: { code: ErrorCode; message: string };
  rollback?: { rollbackDeploymentId?: string; rollbackTriggeringDeploymentId?: string; rollbackMessage: string };
  /** The new version's share, 0 to 1. */
  share: number;
  /** When the function was last touched. */
  changedAt: string;
  events: readonly LifecycleEvent[];
};

export function isActive({ status }: Pick<Deployment, 'status'>): boolean {
  return status === 'Created' || status === 'InProgress';
}

export function isRollbackEvent(text: string): text is RollbackEvent {
  return rollbackEvents.some((one) => one === text);
}

export function hookEventName(stage: LifecycleEventName): HookEventName | undefined {
  return stage === 'AllowTraffic' ? undefined : stage;
}

/** Thrown by whatever cannot go on within a deployment. */
export class EndedEarly extends Error {
  override name = 'EndedEarly';
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(ending.message);
    this.ending = ending;
  }
}

export function failed(code: ErrorCode, message: string): EndedEarly {
  return new EndedEarly({ status: 'Failed', code, message, event: 'DEPLOYMENT_FAILURE' });
}

/** Before anything was moved: the alias may be anywhere, and is left there. */
export function refused(code: ErrorCode, message: string): EndedEarly {
  return new EndedEarly({ status: 'Failed', code, message, event: 'DEPLOYMENT_FAILURE', rollBack: false });
}
