import { z } from 'zod';
import { linesOf } from './problem.ts';
import type { Provider, Resource } from './provider.ts';

// CloudFormation takes `"30"` for 30 and `"true"` for true, and writes parameters as text.
/** Said of a value that is none of what may be written; see `linesOf`. */
const expecting = (type: string): { error: string } => ({ error: `expected type: ${type}` });

export const text = z.union(
  [z.string(), z.number().transform(String), z.boolean().transform(String)],
  expecting('String'),
);
export const integer = z
  .union(
    [
      z.int(),
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number),
    ],
    expecting('Integer'),
  )
  .pipe(z.int());
export const flag = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')],
  expecting('Boolean'),
);
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
  throw new UnsupportedTemplateError(result.error.issues.flatMap((issue) => linesOf(issue, resource)).join('\n'));
}

/** What is wrong with a resource's properties, one line each: of the issues that count, where not all values are known yet. */
export function propertyProblems(
  provider: Pick<Provider, 'type' | 'schema'>,
  resource: Resource,
  counts: (issue: z.core.$ZodIssue) => boolean,
): string[] {
  const result = provider.schema.safeParse(resource.properties ?? {});
  return result.success ? [] : result.error.issues.filter(counts).flatMap((issue) => linesOf(issue, resource));
}
