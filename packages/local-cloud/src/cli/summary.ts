import type { StartArguments } from './arguments.ts';

/** What a first deployment came to. */
export type Deployed = {
  endpoint: string;
  outputs: Readonly<Record<string, string>>;
  /** How many resources were created or changed. */
  changed: number;
  /** How long boot, build and deployment took, as it is told. */
  seconds: string;
  /** How many of the template's properties change nothing here. */
  accepted: number;
};

/** Where everything is and how it behaves, in lines. */
export function summary(
  { endpoint, outputs, changed, seconds, accepted }: Deployed,
  { stackName, clock, state, chaos, seed, watch: isWatching }: StartArguments & { seed: number },
): string[] {
  const width = Math.max(...Object.keys(outputs).map((name) => name.length), 8);
  const what =
    changed === 0
      ? 'as it was left'
      : `${String(changed)} ${changed === 1 ? 'resource' : 'resources'} created or changed`;
  return [
    '',
    `${stackName} runs on this machine (${what}, ${seconds} s).`,
    '',
    `  ${'Endpoint'.padEnd(width)}  ${endpoint}`,
    ...Object.entries(outputs).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    '',
    ...(accepted === 0
      ? []
      : [
          `${accepted === 1 ? 'One property of the template is' : `${String(accepted)} properties of the template are`} accepted without effect; --verbose lists ${accepted === 1 ? 'it' : 'them'}.`,
        ]),
    `Data is kept in ${state}.${clock === 1 ? '' : ` What waits goes by ${String(clock)} times as fast.`} Ctrl-C ends everything.`,
    ...(isWatching ? ['What you change in the template or in code is deployed as you save it.'] : []),
    ...(chaos === 0
      ? []
      : [`Chaos: ${String(chaos)} percent of what may go wrong does so. --seed ${String(seed)} repeats the choices.`]),
    '',
  ];
}
