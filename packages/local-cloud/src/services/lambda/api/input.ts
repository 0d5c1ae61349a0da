import type { z } from 'zod';
import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import { jsonBody, type RestRequest } from '../../../wire/rest-json.ts';
import { readReference, type FunctionReference } from '../arns.ts';

/** The function that path and query name. */
export function referenceOf({ labels, query }: RestRequest): FunctionReference {
  return readReference(labels.FunctionName ?? '', query.get('Qualifier') ?? undefined);
}

/**
 * Reads the body by a strict schema. Throws NotImplemented for a member that this cloud does not know, and
 * InvalidParameterValueException for one that is wrong.
 */
export function bodyOf<T>(schema: z.ZodType<T>, request: RestRequest, operation: string): T {
  const result = schema.safeParse(jsonBody(request));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') throw notImplemented(`${issue.keys.join(', ')} of lambda:${operation}`);
  throw new AwsError('InvalidParameterValueException', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

const DEFAULT_PAGE = 50;

/** One page of a list; `Marker` is the place to go on from. */
export function page<T>(items: readonly T[], { query }: RestRequest): { items: T[]; NextMarker?: string } {
  const from = Number(query.get('Marker') ?? 0);
  const size = Number(query.get('MaxItems') ?? DEFAULT_PAGE);
  if (!Number.isInteger(from) || from < 0 || !Number.isInteger(size) || size < 1) {
    throw new AwsError('InvalidParameterValueException', 'Marker or MaxItems is not one that was given.');
  }
  const next = from + size;
  return { items: items.slice(from, next), ...(next < items.length && { NextMarker: String(next) }) };
}
