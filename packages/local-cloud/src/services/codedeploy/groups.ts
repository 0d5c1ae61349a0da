import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { configuration } from './configurations.ts';
import type { AlarmConfiguration, AutoRollback } from './deployment.ts';

export type Application = { name: string; id: string; createdAt: string };

export type GroupSpec = {
  application: string;
  name: string;
  /** Of the configuration; see configurations.ts. */
  configuration: string;
  roleArn: string;
  alarms: AlarmConfiguration;
  autoRollback: AutoRollback;
};

export type Group = GroupSpec & { id: string };

export type Groups = ReturnType<typeof openGroups>;

const MOST_ALARMS = 10;
const LONGEST_NAME = 100;
const DEFAULT_CONFIGURATION = 'CodeDeployDefault.LambdaAllAtOnce';

/** Applications for Lambda, and their deployment groups. */
export function openGroups(context: Pick<ServiceContext, 'region' | 'accountId' | 'clock' | 'random' | 'stateFolder'>) {
  const { region, accountId, clock, random, stateFolder } = context;
  const file = (name: string): string | undefined => stateFolder && join(stateFolder, 'codedeploy', name);
  const applications = openStore<Application>(file('applications.jsonl'));
  const groups = openStore<Group>(file('groups.jsonl'));
  const keyOf = (application: string, name: string): string => `${application}/${name}`;
  const arn = (kind: string, name: string): string => `arn:aws:codedeploy:${region}:${accountId}:${kind}:${name}`;

  function application(name: string): Application {
    checkName(name, 'application name', 'InvalidApplicationNameException');
    const found = applications.get(name);
    if (found !== undefined) return found;
    throw new AwsError('ApplicationDoesNotExistException', `No application found for name: ${name}`);
  }

  function get(applicationName: string, name: string): Group {
    application(applicationName);
    checkName(name, 'deployment group name', 'InvalidDeploymentGroupNameException');
    const found = groups.get(keyOf(applicationName, name));
    if (found !== undefined) return found;
    throw new AwsError('DeploymentGroupDoesNotExistException', `No Deployment Group found for name: ${name}`);
  }

  function put(spec: GroupSpec, id: string): Group {
    configuration(spec.configuration);
    if (!/^arn:aws:iam::\d{12}:role\/.+/.test(spec.roleArn)) {
      throw new AwsError('InvalidRoleException', `${spec.roleArn} is no service role's ARN.`);
    }
    checkAlarms(spec.alarms);
    checkAutoRollback(spec.autoRollback);
    const group = { ...spec, id };
    groups.set(keyOf(spec.application, spec.name), group);
    return group;
  }

  return {
    arnOf: ({ application: of, name }: Pick<Group, 'application' | 'name'>): string =>
      arn('deploymentgroup', keyOf(of, name)),
    applicationArn: (name: string): string => arn('application', name),
    configurationArn: (name: string): string => arn('deploymentconfig', name),
    application,
    applications: (): Application[] => [...applications.entries()].map(([, one]) => one),
    createApplication: (name: string): Application => {
      checkName(name, 'application name', 'InvalidApplicationNameException');
      if (applications.get(name) !== undefined) {
        throw new AwsError('ApplicationAlreadyExistsException', `An application already exists with name: ${name}`);
      }
      const made = { name, id: random.uuid(), createdAt: clock.now().toISOString() };
      applications.set(name, made);
      return made;
    },
    deleteApplication: (name: string): void => void applications.delete(name),

    get,
    /** Of an application, or of all. */
    list: (of?: string): Group[] =>
      [...groups.entries()].map(([, one]) => one).filter((one) => of === undefined || one.application === of),
    /** Where it is still there: whoever ran by it may outlive it. */
    find: (of: string, name: string): Group | undefined => groups.get(keyOf(of, name)),
    create: (spec: GroupSpec): Group => {
      application(spec.application);
      checkName(spec.name, 'deployment group name', 'InvalidDeploymentGroupNameException');
      if (groups.get(keyOf(spec.application, spec.name)) !== undefined) {
        throw new AwsError(
          'DeploymentGroupAlreadyExistsException',
          `A deployment group already exists with name: ${spec.name}`,
        );
      }
      return put(spec, random.uuid());
    },
    update: (spec: GroupSpec): Group => put(spec, get(spec.application, spec.name).id),
    delete: (of: string, name: string): void => void groups.delete(keyOf(of, name)),
    defaultConfiguration: DEFAULT_CONFIGURATION,
  };
}

/** Throws AwsError InvalidAlarmConfigException, AlarmsLimitExceededException. */
export function checkAlarms({ enabled, alarms }: AlarmConfiguration): void {
  const invalid = (why: string): AwsError => new AwsError('InvalidAlarmConfigException', `Invalid alarms: ${why}`);
  if (enabled && alarms.length === 0) throw invalid('the alarm configuration is enabled, but has no alarms');
  if (new Set(alarms).size < alarms.length) throw invalid('two have the same name');
  if (alarms.some((name) => name.length === 0 || name.length > 255)) throw invalid('a name has 1 to 255 characters');
  if (alarms.length > MOST_ALARMS) {
    throw new AwsError('AlarmsLimitExceededException', `A deployment group has at most ${String(MOST_ALARMS)} alarms.`);
  }
}

/** Throws AwsError InvalidAutoRollbackConfigException. */
export function checkAutoRollback({ enabled, events }: AutoRollback): void {
  if (!enabled || events.length > 0) return;
  throw new AwsError('InvalidAutoRollbackConfigException', 'Automatic rollback is enabled, but no events are listed.');
}

function checkName(name: string, what: string, code: string): void {
  if (name.length > 0 && name.length <= LONGEST_NAME) return;
  throw new AwsError(code, `${name} is no ${what}: it has 1 to ${String(LONGEST_NAME)} characters.`);
}
