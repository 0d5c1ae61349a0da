import { UsageError } from '../shared/target.ts';

/** How traffic goes over, as AWS has it ready for Lambda: the names that SAM takes, each CodeDeploy's without its beginning. */
const types = [
  'AllAtOnce',
  ...[5, 10, 15, 30].map((minutes) => `Canary10Percent${String(minutes)}Minutes`),
  'Linear10PercentEvery1Minute',
  ...[2, 3, 10].map((minutes) => `Linear10PercentEvery${String(minutes)}Minutes`),
];

const BEGINNING = 'CodeDeployDefault.Lambda';

/** CodeDeploy's name of a deployment configuration. Throws UsageError that lists them all. */
export function deploymentConfigName(type: string): string {
  const short = type.startsWith(BEGINNING) ? type.slice(BEGINNING.length) : type;
  if (types.includes(short)) return BEGINNING + short;
  throw new UsageError(`--type is one of ${types.join(', ')}, not "${type}".`);
}

/** The configuration that shifts all traffic in one step. */
export const ALL_AT_ONCE = `${BEGINNING}AllAtOnce`;

/** Has the new version all traffic from its first moment on? Then there is no share of it at which a guard could fire before. */
export function isAllAtOnce(deploymentConfig: string): boolean {
  return deploymentConfig.endsWith('AllAtOnce');
}

/** The new version's share of the traffic until it has all, in order; minutes as on AWS. */
export function partsOf(deploymentConfig: string): { share: number; minutes: number }[] {
  if (isAllAtOnce(deploymentConfig)) return [];
  const [, kind, minutes] = /(Canary|Linear)10Percent(?:Every)?(\d+)Minutes?$/u.exec(deploymentConfig) ?? [];
  if (minutes === undefined) throw new Error(`Nobody has said how ${deploymentConfig} goes over.`);
  const tenths = kind === 'Canary' ? [1] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
  return tenths.map((tenth) => ({ share: tenth / 10, minutes: Number(minutes) }));
}
