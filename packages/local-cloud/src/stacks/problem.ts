import type { z } from 'zod';
import { notImplemented } from './not-implemented.ts';
import type { Resource } from './provider.ts';

/** What is wrong with a resource's properties, one line a problem: where, and in CloudFormation's words what AWS would refuse too. */
export function linesOf(issue: z.core.$ZodIssue, resource: Resource): string[] {
  const { logicalId, type, properties } = resource;
  const at = (path: readonly PropertyKey[]): string => [logicalId, 'Properties', ...path].map(String).join('.');
  const line = (path: readonly PropertyKey[], what: string): string =>
    `${at(path)}: Properties validation failed for resource ${logicalId} with message: ${what} (${type}).`;

  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      isUnknownToAws(type, [...issue.path, key])
        ? line([...issue.path, key], `${pointer(issue.path)}: extraneous key [${key}] is not permitted`)
        : `${at([...issue.path, key])}: the local cloud does not implement this property of ${type}.`,
    );
  }
  const value = valueAt(properties ?? {}, issue.path);
  const name = issue.path.at(-1);
  if (value === undefined && name !== undefined) {
    const holder = issue.path.slice(0, -1);
    return [line(holder, `${pointer(holder)}: required key [${String(name)}] not found`)];
  }
  const expected = expectedType(issue);
  if (expected !== undefined && expected !== typeOf(value)) {
    return [line(issue.path, `${pointer(issue.path)}: expected type: ${expected}, found: ${typeOf(value)}`)];
  }
  return [`${at(issue.path)}: ${issue.message} (${type}).`];
}

/** Neither implemented nor published: a word that AWS does not have either. Of types that AWS does not publish nothing is known. */
function isUnknownToAws(type: string, path: readonly PropertyKey[]): boolean {
  const published = Object.hasOwn(notImplemented, type) ? notImplemented[type] : undefined;
  const dotted = path.filter((part) => typeof part === 'string').join('.');
  return published !== undefined && !published.includes(dotted);
}

/** A JSON pointer, as CloudFormation writes it: `#/Targets/0/Arn`. */
function pointer(path: readonly PropertyKey[]): string {
  return ['#', ...path.map(String)].join('/');
}

const names: Readonly<Record<string, string>> = {
  string: 'String',
  int: 'Integer',
  number: 'Number',
  boolean: 'Boolean',
  array: 'JSONArray',
  tuple: 'JSONArray',
  object: 'JSONObject',
  record: 'JSONObject',
};

/** What may be written in several ways (a number as text) says itself what it is. */
function expectedType(issue: z.core.$ZodIssue): string | undefined {
  const [, named] = /^expected type: (\w+)$/.exec(issue.message) ?? [];
  return named ?? (issue.code === 'invalid_type' ? names[issue.expected] : undefined);
}

function typeOf(value: unknown): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'JSONArray';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Number';
  return names[typeof value] ?? typeof value;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}
