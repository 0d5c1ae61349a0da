import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import type { Relocate } from '../../core/relocate.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { qualifiedArn, type FunctionReference } from './arns.ts';
import {
  frozenPart,
  type Alias,
  type FunctionConfiguration,
  type FunctionRecord,
  type FunctionSpec,
  type RoutingWeights,
} from './configuration.ts';
import { checkSpec } from './limits.ts';

export type Functions = ReturnType<typeof openFunctions>;

/** The functions of the account: their configurations, published versions and aliases. */
export function openFunctions(
  context: Pick<ServiceContext, 'region' | 'accountId' | 'clock' | 'random' | 'stateFolder'>,
) {
  const { region, accountId, clock, random, stateFolder } = context;
  const records = openStore<FunctionRecord>(stateFolder && join(stateFolder, 'lambda', 'functions.jsonl'));

  const arnOf = (name: string): string => `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  const stamp = () => ({ revisionId: random.uuid(), lastModified: clock.now().toISOString() });

  function record(name: string): FunctionRecord {
    const found = records.get(name);
    if (found === undefined) throw notFound(arnOf(name));
    return found;
  }

  function change(name: string, edit: (found: FunctionRecord) => Partial<FunctionRecord>): FunctionRecord {
    const found = record(name);
    const changed: FunctionRecord = { ...found, ...edit(found) };
    records.set(name, changed);
    return changed;
  }

  function alias(name: string, aliasName: string): Alias {
    const found = record(name).aliases[aliasName];
    if (found === undefined) throw notFound(qualifiedArn(arnOf(name), aliasName));
    return found;
  }

  function putAlias(name: string, wanted: Omit<Alias, 'revisionId'>): Alias {
    checkTargets(name, wanted);
    const made = { ...wanted, revisionId: random.uuid() };
    change(name, ({ aliases }) => ({ aliases: { ...aliases, [wanted.name]: made } }));
    return made;
  }

  function checkTargets(name: string, { functionVersion, weights }: Pick<Alias, 'functionVersion' | 'weights'>): void {
    const { versions } = record(name);
    const others = Object.entries(weights);
    checkWeights(functionVersion, others);
    for (const version of [functionVersion, ...others.map(([other]) => other)]) {
      if (version !== '$LATEST' && versions[version] === undefined) throw notFound(qualifiedArn(arnOf(name), version));
    }
    const [other] = others;
    const [first, second] = [versions[functionVersion], versions[other?.[0] ?? '']];
    if (first && second && (first.roleArn !== second.roleArn || first.deadLetterArn !== second.deadLetterArn)) {
      throw new AwsError(
        'InvalidParameterValueException',
        `Specified versions must be associated with the same execution role and dead-letter configuration (versions ${functionVersion} and ${second.version} of ${name} are not).`,
      );
    }
  }

  return {
    arnOf,
    record,
    change,
    list: (): FunctionRecord[] => [...records.entries()].map(([, found]) => found),
    tag: (name: string, tags: Record<string, string>): void => void change(name, () => ({ tags })),
    exists: (name: string): boolean => records.get(name) !== undefined,

    create: (spec: FunctionSpec): FunctionConfiguration => {
      checkSpec(spec);
      if (records.get(spec.functionName) !== undefined) {
        throw new AwsError('ResourceConflictException', `Function already exist: ${spec.functionName}`, 409);
      }
      const latest = { ...spec, functionArn: arnOf(spec.functionName), version: '$LATEST', ...stamp() };
      records.set(spec.functionName, {
        latest,
        tags: {},
        versions: {},
        lastVersion: 0,
        aliases: {},
        permissions: {},
        eventInvokeConfigs: {},
      });
      return latest;
    },
    update: (spec: FunctionSpec): FunctionConfiguration => {
      checkSpec(spec);
      const { functionArn } = record(spec.functionName).latest;
      const latest = { ...spec, functionArn, version: '$LATEST', ...stamp() };
      return change(spec.functionName, () => ({ latest })).latest;
    },
    /** Published versions follow, too, though nothing else in them can be changed. */
    relocate: (relocate: Relocate): void => {
      for (const [name, found] of records.entries()) records.set(name, relocate(found));
    },
    delete: (name: string): void => {
      record(name);
      records.delete(name);
    },

    /**
     * Freezes `$LATEST` under the next number; returns the last version again if its code and configuration are those of `$LATEST`, as on
     * AWS: "Lambda doesn't publish a version if the function's configuration and code haven't changed since the last version"
     * (PublishVersion). Changes that were taken back do not count.
     */
    publish: (name: string, description?: string): { configuration: FunctionConfiguration; fresh: boolean } => {
      const { latest, versions, lastVersion } = record(name);
      const last = versions[String(lastVersion)];
      if (last !== undefined && isSame(last, latest)) return { configuration: last, fresh: false };
      const configuration: FunctionConfiguration = {
        ...latest,
        description: description ?? latest.description,
        version: String(lastVersion + 1),
        ...stamp(),
        latestDescription: latest.description,
      };
      change(name, () => ({
        versions: { ...versions, [configuration.version]: configuration },
        lastVersion: lastVersion + 1,
      }));
      return { configuration, fresh: true };
    },
    deleteVersion: (name: string, version: string): void => {
      const { versions, aliases } = record(name);
      if (versions[version] === undefined) return;
      const user = Object.values(aliases).find(
        (one) => one.functionVersion === version || Object.hasOwn(one.weights, version),
      );
      if (user !== undefined) {
        throw new AwsError(
          'ResourceConflictException',
          `Unable to delete version ${version}: alias ${user.name} points to it.`,
          409,
        );
      }
      change(name, () => ({ versions: without(versions, version) }));
    },

    alias,
    createAlias: (name: string, wanted: Omit<Alias, 'revisionId'>): Alias => {
      if (record(name).aliases[wanted.name] !== undefined) {
        throw new AwsError(
          'ResourceConflictException',
          `Alias already exists: ${qualifiedArn(arnOf(name), wanted.name)}`,
          409,
        );
      }
      return putAlias(name, wanted);
    },
    updateAlias: (name: string, aliasName: string, changes: Partial<Omit<Alias, 'name' | 'revisionId'>>): Alias =>
      putAlias(name, { ...alias(name, aliasName), ...changes }),
    deleteAlias: (name: string, aliasName: string): void => {
      change(name, ({ aliases }) => ({ aliases: without(aliases, aliasName) }));
    },

    /** Which state an invocation runs: for an alias with weights, by `draw` (in [0, 1)). Throws ResourceNotFoundException. */
    resolve: (
      { functionName, qualifier = '$LATEST' }: FunctionReference,
      draw: () => number,
    ): FunctionConfiguration => {
      const { latest, versions, aliases } = record(functionName);
      if (qualifier === '$LATEST') return latest;
      const found = aliases[qualifier];
      const version = found === undefined ? qualifier : chooseVersion(found.functionVersion, found.weights, draw);
      const configuration = version === '$LATEST' ? latest : versions[version];
      if (configuration === undefined) throw notFound(qualifiedArn(arnOf(functionName), qualifier));
      return configuration;
    },
  };
}

/** Is a version what `$LATEST` is now? Its own description may have been given to it when it was published. */
function isSame(version: FunctionConfiguration, latest: FunctionConfiguration): boolean {
  return (
    frozenPart({ ...version, description: version.latestDescription ?? version.description }) === frozenPart(latest)
  );
}

/** Weights that no alias may have. Throws AwsError InvalidParameterValueException and ValidationException, in Lambda's words. */
function checkWeights(functionVersion: string, others: readonly (readonly [version: string, weight: number])[]): void {
  const invalid = (why: string): AwsError => new AwsError('InvalidParameterValueException', why);
  if (others.length > 1) throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1');
  for (const [version, weight] of others) {
    const refused = (what: string): AwsError =>
      new AwsError(
        'ValidationException',
        `1 validation error detected: Value '{${version}=${String(weight)}}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: ${what}`,
      );
    if (!/^\d+$/.test(version)) {
      throw refused('Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [0-9]+]');
    }
    if (!(weight >= 0 && weight <= 1)) {
      throw refused(
        'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0]',
      );
    }
    if (functionVersion === '$LATEST') {
      throw invalid('$LATEST is not supported for an alias pointing to more than 1 version');
    }
    if (version === functionVersion) {
      throw invalid(
        `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
      );
    }
  }
}

/** One of an alias's versions, each as often as its weight says. */
export function chooseVersion(primary: string, weights: RoutingWeights, draw: () => number): string {
  const others = Object.entries(weights).filter(([, weight]) => weight > 0);
  if (others.length === 0) return primary;
  let left = draw();
  for (const [version, weight] of others) {
    if (left < weight) return version;
    left -= weight;
  }
  return primary;
}

/** The same without one entry. */
export function without<T>(entries: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => name !== key));
}

export function notFound(arn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
}
