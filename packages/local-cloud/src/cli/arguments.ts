import { parseArgs } from 'node:util';
import { MOST_PERCENT } from '../chaos/chaos.ts';
import { assumed, MISSING_OPERAND_RULES, type Undocumented } from '../core/undocumented.ts';
import { isHostName } from '../wire/own-host.ts';

export const help = `Runs a SAM template on this machine: S3, SNS, SQS, DynamoDB, Lambda, schedules and HTTP APIs.

  local-cloud start [options]

Options
  --template FILE                      the template (default: template.yaml)
  --stack-name NAME                    (default: local)
  --parameter-overrides KEY=VALUE ...  the template's parameters
  --port N                             where AWS clients find it; 0: any free port (default: 4566)
  --api-port N                         where the template's HTTP API is served, at http://localhost:N; 0: any free port
                                       (default: 3000, or 0 with --port 0)
  --allow-host ADDRESS                 answer to this name or address too, say a container's way here; may be repeated
                                       (default: 127.0.0.1, localhost and names below localhost only)
  --state FOLDER                       where data is kept between starts (default: .local)
  --reset                              forget what is kept there first
  --clock FACTOR                       shorten what waits (back-offs, schedules), e.g. 60: a minute takes a second (default: 1)
  --seed N                             repeat the random choices of another run: a whole number below 2^32
  --chaos PERCENT                      do to so many percent of all deliveries, calls and invocations what AWS does now and then:
                                       late and double deliveries, transient errors, killed environments; 0 to 50 (default: 0)
  --targets-after SECONDS              CodeDeploy lists no target of a deployment before so many seconds have passed (default: 0)
  --rollback-through SERVICE           how CloudFormation moves an alias back: lambda (default), or codedeploy, with hooks and alarms
  --cancelled-deployments WHAT         stop (default): a deployment whose update CloudFormation cancels is stopped; or continue
  --missing-operand RULE               what metric math makes of a period in which one of two operands has no data: the operand counts
                                       as zero (default), or the result is missing
  --show FIELD,FIELD                   fields of the functions' log lines to print
  --no-watch                           deploy once, not again whenever the template, code or a layer is changed
  --keep-warm FUNCTION,FUNCTION        functions, by logical id, of which one execution environment is always ready
  --verbose                            list the template's properties that are accepted without effect; by default they are counted
  --ask-parent                         of a process that started this one over IPC: what to print around the summary (see cli/parent.ts)
  --processes N                        how many execution environments may run at once
  --help                               this text

Ctrl-C ends everything.`;

export type StartArguments = {
  template: string;
  stackName: string;
  parameters: Record<string, string>;
  port: number;
  apiPort?: number;
  /** Hosts that are answered beside those of the loopback interface. */
  allowHosts: string[];
  state: string;
  reset: boolean;
  clock: number;
  seed?: number;
  chaos: number;
  undocumented: Undocumented;
  /** Deploy again whenever a source changes. */
  watch: boolean;
  show: string[];
  keepWarm: string[];
  verbose: boolean;
  askParent: boolean;
  processes?: number;
};

/** The command line cannot be understood; the message says why. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Reads the command line; undefined: print the help. Throws UsageError. */
export function readArguments(args: readonly string[]): StartArguments | undefined {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) return undefined;
  const [command, ...rest] = args;
  if (command !== 'start')
    throw new UsageError(`There is no command ${JSON.stringify(command)}: local-cloud start, or --help.`);
  const { values, positionals } = parse(rest);
  const overrides = [...(values['parameter-overrides'] ?? []), ...positionals];
  return {
    template: values.template,
    stackName: values['stack-name'],
    parameters: Object.fromEntries(overrides.map(keyAndValue)),
    port: portOf('--port', values.port),
    ...(values['api-port'] !== undefined && { apiPort: portOf('--api-port', values['api-port']) }),
    allowHosts: (values['allow-host'] ?? []).map(hostName),
    state: values.state,
    reset: values.reset,
    clock: number('--clock', values.clock, 'a number above 0', (factor) => factor > 0),
    ...(values.seed !== undefined && {
      seed: number(
        '--seed',
        values.seed,
        'a whole number from 0 to 4294967295',
        (seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32,
      ),
    }),
    chaos: number(
      '--chaos',
      values.chaos,
      `a percentage from 0 to ${String(MOST_PERCENT)}`,
      (percent) => percent >= 0 && percent <= MOST_PERCENT,
    ),
    undocumented: {
      targetsAfterMs:
        1000 *
        number('--targets-after', values['targets-after'], 'a number of seconds, 0 or more', (seconds) => seconds >= 0),
      rollbackThrough: oneOf('--rollback-through', values['rollback-through'], ['lambda', 'codedeploy']),
      missingOperand: oneOf('--missing-operand', values['missing-operand'], MISSING_OPERAND_RULES),
      cancelledDeployments: oneOf('--cancelled-deployments', values['cancelled-deployments'], ['stop', 'continue']),
    },
    watch: !values['no-watch'],
    show: listOf(values.show),
    keepWarm: listOf(values['keep-warm']),
    verbose: values.verbose,
    askParent: values['ask-parent'],
    ...(values.processes !== undefined && {
      processes: number(
        '--processes',
        values.processes,
        'a whole number above 0',
        (count) => Number.isInteger(count) && count > 0,
      ),
    }),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      // `--parameter-overrides A=1 B=2`, as the SAM CLI has it: all but the first look like positionals.
      allowPositionals: true,
      options: {
        template: { type: 'string', default: 'template.yaml' },
        'stack-name': { type: 'string', default: 'local' },
        'parameter-overrides': { type: 'string', multiple: true },
        port: { type: 'string', default: '4566' },
        'api-port': { type: 'string' },
        'allow-host': { type: 'string', multiple: true },
        state: { type: 'string', default: '.local' },
        reset: { type: 'boolean', default: false },
        clock: { type: 'string', default: '1' },
        seed: { type: 'string' },
        chaos: { type: 'string', default: '0' },
        'targets-after': { type: 'string', default: '0' },
        'rollback-through': { type: 'string', default: assumed.rollbackThrough },
        'cancelled-deployments': { type: 'string', default: assumed.cancelledDeployments },
        'no-watch': { type: 'boolean', default: false },
        show: { type: 'string', default: '' },
        'keep-warm': { type: 'string', default: '' },
        verbose: { type: 'boolean', default: false },
        'ask-parent': { type: 'boolean', default: false },
        processes: { type: 'string' },
        'missing-operand': { type: 'string', default: assumed.missingOperand },
      },
    });
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message}\nlocal-cloud --help lists the options.`, { cause });
  }
}

function keyAndValue(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`${JSON.stringify(text)} is no parameter: write Name=Value.`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function oneOf<T extends string>(option: string, value: string, values: readonly T[]): T {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw new UsageError(`${option} cannot be ${JSON.stringify(value)}: it takes ${values.join(' or ')}.`);
}

function listOf(text: string): string[] {
  return text.split(',').filter((one) => one !== '');
}

function portOf(option: string, value: string): number {
  const expected = 'a whole number from 0 (any free port) to 65535';
  return number(option, value, expected, (port) => Number.isInteger(port) && port >= 0 && port <= 65_535);
}

function hostName(text: string): string {
  if (isHostName(text)) return text;
  throw new UsageError(
    `--allow-host cannot be ${JSON.stringify(text)}: it takes a name or an address alone, like 172.17.0.1 (any port will do).`,
  );
}

function number(option: string, value: string, expected: string, isValid: (value: number) => boolean): number {
  const parsed = Number(value);
  if (value.trim() !== '' && isValid(parsed)) return parsed;
  throw new UsageError(`${option} cannot be ${JSON.stringify(value)}: it takes ${expected}.`);
}
