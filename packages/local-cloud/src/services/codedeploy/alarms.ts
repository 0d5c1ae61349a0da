import type { ServiceContext } from '../../core/service-context.ts';
import type { AlarmConfiguration, Ending, ErrorCode } from './deployment.ts';
import type { Interruption } from './interruption.ts';
import type { CodedeployParts } from './parts.ts';

/** Of the cloud's time; on AWS some ten to fifteen seconds pass between an alarm and what it stops. */
const POLL_MS = 10_000;

type Watch = {
  configuration: AlarmConfiguration;
  alarmState: CodedeployParts['alarmState'];
  /** May the group's role look at this alarm? */
  mayLook: (name: string) => boolean;
};

/** Looks at the alarms at once, then every now and again until the deployment ends, and ends it when one is in ALARM. */
export function watchAlarms(watch: Watch, { signal, interrupt }: Interruption, clock: ServiceContext['clock']): void {
  const look = (): void => {
    const ending = endingBy(watch);
    if (ending !== undefined) interrupt(ending);
  };
  const again = async (): Promise<void> => {
    await clock.wait(POLL_MS, signal);
    if (signal.aborted) return;
    look();
    void again();
  };
  if (!watch.configuration.enabled) return;
  look();
  void again();
}

function endingBy({ configuration, alarmState, mayLook }: Watch): Ending | undefined {
  const { alarms, ignorePollFailure } = configuration;
  const hidden = alarms.filter((name) => !mayLook(name));
  const seen = alarms.filter((name) => mayLook(name)).map((name) => ({ name, state: alarmState(name) }));
  const active = seen.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  if (active.length > 0) return stoppedBy('ALARM_ACTIVE', activeMessage(active));
  if (ignorePollFailure) return undefined;
  if (hidden.length > 0) {
    return stoppedBy(
      'IAM_ROLE_PERMISSIONS',
      `${cannotTell} The service role may not cloudwatch:DescribeAlarms: ${listed(hidden)}`,
    );
  }
  const missing = seen.filter(({ state }) => state === undefined).map(({ name }) => name);
  if (missing.length === 0) return undefined;
  return stoppedBy('CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND', `${cannotTell} There are no such alarms: ${listed(missing)}`);
}

const cannotTell =
  'The state of alarms cannot be retrieved from Amazon CloudWatch, and the affected deployments have been stopped.';

function activeMessage(names: readonly string[]): string {
  return `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ${listed(names)}`;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `<${name}>`).join(' ');
}

function stoppedBy(code: ErrorCode, message: string): Ending {
  return { status: 'Stopped', code, message, event: 'DEPLOYMENT_STOP_ON_ALARM' };
}
