import { AwsError } from '../../core/aws-error.ts';

/** How traffic goes over to the new version: at once, a part of it first, or in equal parts. The wait is between two shifts. */
export type Routing =
  { type: 'AllAtOnce' } | { type: 'TimeBasedCanary' | 'TimeBasedLinear'; percentage: number; minutes: number };

export type Configuration = { id: string; name: string; routing: Routing };

/** The new version's share from now on, 0 to 1, and how long (ms of the cloud's time) it stays so. */
export type Shift = { share: number; thenWaitMs: number };

const MINUTE_MS = 60_000;
const TEN_PERCENT = 10;

const linear = (minutes: number): Routing => ({ type: 'TimeBasedLinear', percentage: TEN_PERCENT, minutes });
const canary = (minutes: number): Routing => ({ type: 'TimeBasedCanary', percentage: TEN_PERCENT, minutes });

const predefined: readonly (readonly [name: string, routing: Routing])[] = [
  ['LambdaAllAtOnce', { type: 'AllAtOnce' }],
  ...[5, 10, 15, 30].map((minutes) => [`LambdaCanary10Percent${String(minutes)}Minutes`, canary(minutes)] as const),
  ['LambdaLinear10PercentEvery1Minute', linear(1)],
  ...[2, 3, 10].map((minutes) => [`LambdaLinear10PercentEvery${String(minutes)}Minutes`, linear(minutes)] as const),
];

/** Those that AWS has for Lambda; of one's own there are none here. */
export const configurations: readonly Configuration[] = predefined.map(([name, routing], index) => ({
  id: `00000000-0000-0000-0000-${String(index + 1).padStart(12, '0')}`,
  name: `CodeDeployDefault.${name}`,
  routing,
}));

/** Throws AwsError DeploymentConfigDoesNotExistException. */
export function configuration(name: string): Configuration {
  const found = configurations.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new AwsError(
    'DeploymentConfigDoesNotExistException',
    `No Deployment Configuration found for name: ${name} (the local cloud has CodeDeploy's own for Lambda)`,
  );
}

/** The last one is the whole. */
export function shiftsOf(routing: Routing): Shift[] {
  const whole = { share: 1, thenWaitMs: 0 };
  if (routing.type === 'AllAtOnce') return [whole];
  const { percentage, minutes } = routing;
  const parts = routing.type === 'TimeBasedCanary' ? 1 : Math.ceil(100 / percentage) - 1;
  const before = Array.from({ length: parts }, (_, index) => ({
    share: ((index + 1) * percentage) / 100,
    thenWaitMs: minutes * MINUTE_MS,
  }));
  return [...before, whole];
}
