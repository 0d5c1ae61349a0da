import { z } from 'zod';
import type { Provider, Resource } from './provider.ts';

// CloudFormation takes `"30"` for 30 and `"true"` for true, and writes parameters as text.
export const text = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);
export const integer = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ])
  .pipe(z.int());
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);
/** A JSON document (a policy), kept as it is. */
export const document = z.record(z.string(), z.unknown());

/** What was refused, where, and why; one line each, all at once. */
export class UnsupportedTemplateError extends Error {
  override name = 'UnsupportedTemplateError';
}

/** Reads a resource's properties. Throws UnsupportedTemplateError that names each property that is unknown or wrong. */
export function readProperties<P>(provider: Pick<Provider<P>, 'type' | 'schema'>, resource: Resource): P {
  const result = provider.schema.safeParse(resource.properties ?? {});
  if (result.success) return result.data;
  throw new UnsupportedTemplateError(result.error.issues.flatMap((issue) => lines(issue, resource)).join('\n'));
}

/** What is wrong with a resource's properties, one line each: of the issues that count, where not all values are known yet. */
export function propertyProblems(
  provider: Pick<Provider, 'type' | 'schema'>,
  resource: Resource,
  counts: (issue: z.core.$ZodIssue) => boolean,
): string[] {
  const result = provider.schema.safeParse(resource.properties ?? {});
  return result.success ? [] : result.error.issues.filter(counts).flatMap((issue) => lines(issue, resource));
}

function lines(issue: z.core.$ZodIssue, { logicalId, type }: Resource): string[] {
  const at = (extra: PropertyKey[] = []): string =>
    [logicalId, 'Properties', ...issue.path, ...extra].map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${at([key])}: the local cloud does not implement this property of ${type}.`);
  }
  return [`${at()}: ${issue.message} (${type}).`];
}
