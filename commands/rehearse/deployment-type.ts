import { deploymentTypes } from '../shared/deployment-types.ts';
import { UsageError } from '../shared/target.ts';

const BEGINNING = 'CodeDeployDefault.Lambda';

/** The name of a deployment configuration in CodeDeploy. Throws UsageError that lists all of them. */
export function deploymentConfigName(type: string): string {
  const short = type.startsWith(BEGINNING) ? type.slice(BEGINNING.length) : type;
  if (deploymentTypes.includes(short)) return BEGINNING + short;
  throw new UsageError(`--type is one of ${deploymentTypes.join(', ')}, not "${type}".`);
}

/** The configuration that shifts all traffic in one step. */
export const ALL_AT_ONCE = `${BEGINNING}AllAtOnce`;

/** Whether the new version receives all traffic immediately. Then no alarm can fire at a smaller share. */
export function isAllAtOnce(deploymentConfig: string): boolean {
  return deploymentConfig.endsWith('AllAtOnce');
}

/** The new version's traffic shares before 100 %, in order; minutes as on AWS. */
export function partsOf(deploymentConfig: string): { share: number; minutes: number }[] {
  if (isAllAtOnce(deploymentConfig)) return [];
  const [, kind, minutes] = /(Canary|Linear)10Percent(?:Every)?(\d+)Minutes?$/u.exec(deploymentConfig) ?? [];
  if (minutes === undefined) throw new Error(`It is unknown how ${deploymentConfig} shifts traffic.`);
  const tenths = kind === 'Canary' ? [1] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
  return tenths.map((tenth) => ({ share: tenth / 10, minutes: Number(minutes) }));
}
