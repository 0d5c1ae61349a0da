import { parse } from 'yaml';
import { z } from 'zod';
import { AwsError } from '../../core/aws-error.ts';

/** What a deployment is to do: an alias of one function goes from a version to another, with hooks that have a say. */
export type AppSpec = {
  functionName: string;
  alias: string;
  currentVersion: string;
  targetVersion: string;
  /** Functions, by name or ARN. */
  hooks: Readonly<Partial<Record<HookStage, string>>>;
};

export type HookStage = 'BeforeAllowTraffic' | 'AfterAllowTraffic';

const version = z.union([z.string(), z.number().transform(String)]);
const hook = z.union([
  z.strictObject({ BeforeAllowTraffic: z.string().min(1) }),
  z.strictObject({ AfterAllowTraffic: z.string().min(1) }),
]);
const schema = z.strictObject({
  // YAML reads 0.0 as a number.
  version: z.union([z.literal(0), z.literal('0.0')]),
  Resources: z
    .array(
      z.record(
        z.string(),
        z.strictObject({
          Type: z.literal('AWS::Lambda::Function'),
          Properties: z.strictObject({
            Name: z.string().min(1),
            Alias: z.string().min(1),
            CurrentVersion: version,
            TargetVersion: version,
          }),
        }),
      ),
    )
    .length(1),
  Hooks: z.array(hook).optional(),
});

/** Reads an AppSpec for Lambda, JSON or YAML. Throws AwsError InvalidRevisionException that says what is wrong where. */
export function readAppSpec(content: string): AppSpec {
  const read = schema.safeParse(parsed(content));
  if (!read.success) {
    throw invalid(read.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; '));
  }
  const { Resources, Hooks = [] } = read.data;
  const [resource, ...others] = Object.values(Resources[0] ?? {});
  if (resource === undefined || others.length > 0) throw invalid('Resources: there must be exactly one function');
  const { Name, Alias, CurrentVersion, TargetVersion } = resource.Properties;
  const names = Hooks.flatMap((one) => Object.keys(one));
  if (new Set(names).size < names.length) throw invalid('Hooks: one is named twice');
  return {
    functionName: Name.split(':function:').at(-1) ?? Name,
    alias: Alias,
    currentVersion: CurrentVersion,
    targetVersion: TargetVersion,
    hooks: Object.fromEntries(Hooks.flatMap((one) => Object.entries(one))),
  };
}

/** The same as JSON, which is YAML too. */
export function writeAppSpec({ functionName, alias, currentVersion, targetVersion, hooks }: AppSpec): string {
  const Properties = {
    Name: functionName,
    Alias: alias,
    CurrentVersion: currentVersion,
    TargetVersion: targetVersion,
  };
  return JSON.stringify({
    version: '0.0',
    Resources: [{ [functionName]: { Type: 'AWS::Lambda::Function', Properties } }],
    ...(Object.keys(hooks).length > 0 && { Hooks: Object.entries(hooks).map(([stage, name]) => ({ [stage]: name })) }),
  });
}

function parsed(content: string): unknown {
  try {
    return parse(content);
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

function invalid(why: string): AwsError {
  return new AwsError('InvalidRevisionException', `The AppSpec file is not valid: ${why}`);
}
