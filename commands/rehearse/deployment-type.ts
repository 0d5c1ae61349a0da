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
