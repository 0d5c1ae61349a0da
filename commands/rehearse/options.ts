import { parseArgs } from 'node:util';
import { targetOptions, UsageError } from '../shared/target.ts';
import { deploymentConfigName } from './deployment-type.ts';
import { faults, type Fault } from './faults/faults.ts';

export const help = `Plays a release and watches it: a new version goes over gradually while photographs are uploaded, and guards look at it.

  npm run rehearse                              a good release, in a cloud of its own that goes away afterwards
  npm run rehearse -- --fault rotated           a release with a defect, which a guard should stop
  npm run rehearse -- --all                     the good release and every fault, and one table

  --fault NAME     ${faults.map(({ name }) => name).join(', ')}

Options
  --type NAME      how traffic goes over: any configuration of CodeDeploy for Lambda (default: Canary10Percent5Minutes)
  --speed N        how much faster than on AWS what waits goes by (default: at most 30, and as slowly as this machine needs it
                   for guards to see enough of the canary)
  --here           in the local cloud that runs ("npm start"), as its demo user: an open gallery shows all of it; speed, code and
                   alarms are put back afterwards, and the photographs deleted
  --targets-after N   CodeDeploy lists the targets of a deployment only after so many seconds, of the cloud's time (default: 0);
                   in a cloud of its own only
  --uploads-per-second N   how many photographs are uploaded meanwhile (default: 8)
  --html FILE      where the page about it goes (default: .local/rehearsal.html)
  --stage dev      on the stack on AWS, with your own credentials, at its own speed; never prod
  --endpoint URL   another endpoint of the local cloud that runs (as --here)
  --help           this text

The exit code is 0 when everything ended as expected.`;

export type Options = {
  faults: readonly Fault[];
  deploymentConfig: string;
  /** Undefined: as fast as the machine allows. */
  speed?: number;
  /** A cloud of its own, the local cloud that runs, or AWS. */
  where: 'own' | 'here' | 'dev';
  /** Seconds of the cloud's time before CodeDeploy lists the targets of a deployment. */
  targetsAfter: number;
  endpoint?: string;
  perSecond: number;
  html: string;
};

/** Undefined: print the help. Throws UsageError. */
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
  const { stage: event, here, endpoint } = values;
  if (event !== 'local' && event !== 'dev')
    throw new UsageError(`--stage is local or dev, not "${event}": nobody rehearses where users are.`);
  if (event === 'dev' && (here || endpoint !== undefined || values.speed !== undefined))
    throw new UsageError('--stage dev is AWS, whose clock nobody sets: leave out --here, --endpoint and --speed.');
  if (values.all && values.fault !== undefined)
    throw new UsageError('--all plays every fault: leave out --fault, or --all.');
  const where = event === 'dev' ? 'dev' : here || endpoint !== undefined ? 'here' : 'own';
  const { 'targets-after': targetsAfter } = values;
  if (targetsAfter !== undefined && where !== 'own')
    throw new UsageError('--targets-after is for a cloud of its own: leave it out, or --here, --endpoint and --stage.');
  return {
    faults: values.all ? faults : [faultNamed(values.fault ?? 'good')],
    deploymentConfig: deploymentConfigName(values.type),
    ...(event === 'dev' && { speed: 1 }),
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
  throw new UsageError(`There is no fault "${name}". There are:\n${listed()}`);
}

function listed(): string {
  return faults.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join('\n');
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`${option} takes a number above 0, not "${text}".`);
}
