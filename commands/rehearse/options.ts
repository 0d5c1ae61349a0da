import { parseArgs } from 'node:util';
import { targetOptions, UsageError } from '../shared/target.ts';
import { deploymentConfigName } from './deployment-type.ts';
import { faults, type Fault } from './faults/faults.ts';

export const help = `Rehearses a release: shifts traffic to a new version while photographs are uploaded, and shows how hooks and alarms check it.

  npm run rehearse                              a good release, in a separate local cloud that is deleted afterwards
  npm run rehearse -- --fault rotated           a release with a defect, which a check should stop
  npm run rehearse -- --all                     the good release and every fault, and one table

  --fault NAME     ${faults.map(({ name }) => name).join(', ')}

Options
  --type NAME      how to shift traffic: any CodeDeploy deployment configuration for Lambda (default: Canary10Percent5Minutes)
  --speed N        waiting time passes N times faster than on AWS (default: at most 30, and as slow as this machine needs, so that
                   the checks see enough of the canary)
  --here           in the running local cloud ("npm start"), as its demo user: an open gallery shows everything. Speed, code and
                   alarms are restored afterwards, and the photographs are deleted
  --targets-after N   CodeDeploy lists the targets of a deployment only after N seconds of the cloud's time (default: 0);
                   only in a separate local cloud
  --uploads-per-second N   photographs to upload per second (default: 8)
  --html FILE      file for the report page (default: .local/rehearsal.html)
  --stage dev      on the stack on AWS, with your own credentials, at real speed; never prod
  --endpoint URL   another endpoint of the running local cloud (like --here)
  --help           show this text

The exit code is 0 if everything ended as expected.`;

export type Options = {
  faults: readonly Fault[];
  deploymentConfig: string;
  /** If undefined, as fast as the machine allows. */
  speed?: number;
  /** A separate local cloud, the running local cloud, or AWS. */
  where: 'own' | 'here' | 'dev';
  /** Seconds of the cloud's time before CodeDeploy lists the targets of a deployment. */
  targetsAfter: number;
  endpoint?: string;
  perSecond: number;
  html: string;
};

/** Returns undefined if the help was requested. Throws UsageError. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...targetOptions,
      fault: { type: 'string' },
      all: { type: 'boolean', default: false },
      type: { type: 'string', default: 'Canary10Percent5Minutes' },
      speed: { type: 'string' },
      here: { type: 'boolean', default: false },
      'targets-after': { type: 'string' },
      'uploads-per-second': { type: 'string', default: '8' },
      html: { type: 'string', default: '.local/rehearsal.html' },
    },
  });
  if (values.help) return undefined;
  const { stage, here, endpoint } = values;
  if (stage !== 'local' && stage !== 'dev')
    throw new UsageError(`--stage is local or dev, not "${stage}": rehearsals do not run against production.`);
  if (stage === 'dev' && (here || endpoint !== undefined || values.speed !== undefined))
    throw new UsageError('--stage dev runs on AWS, at real speed. Omit --here, --endpoint and --speed.');
  if (values.all && values.fault !== undefined) throw new UsageError('--all runs every fault. Omit --fault or --all.');
  const where = stage === 'dev' ? 'dev' : here || endpoint !== undefined ? 'here' : 'own';
  const { 'targets-after': targetsAfter } = values;
  if (targetsAfter !== undefined && where !== 'own')
    throw new UsageError(
      '--targets-after requires a separate local cloud. Omit it, or omit --here, --endpoint and --stage.',
    );
  return {
    faults: values.all ? faults : [faultNamed(values.fault ?? 'good')],
    deploymentConfig: deploymentConfigName(values.type),
    ...(stage === 'dev' && { speed: 1 }),
    ...(values.speed !== undefined && { speed: positive('--speed', values.speed) }),
    where,
    targetsAfter: targetsAfter === undefined ? 0 : positive('--targets-after', targetsAfter),
    ...(endpoint !== undefined && { endpoint }),
    perSecond: positive('--uploads-per-second', values['uploads-per-second']),
    html: values.html,
  };
}

function faultNamed(name: string): Fault {
  const found = faults.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new UsageError(`There is no fault "${name}". The faults are:\n${listed()}`);
}

function listed(): string {
  return faults.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join('\n');
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`${option} requires a number above 0, not "${text}".`);
}
