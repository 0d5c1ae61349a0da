import { AwsError, notImplemented } from '../aws-error.ts';
import type { QueryInput } from './query.ts';

/** The plain parameters of a query request, by name. Throws AwsError for any parameter that is not named here: none is ignored. */
export function parametersOf(input: QueryInput, names: readonly string[]): Partial<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      if (!names.includes(name)) throw notImplemented(`the parameter ${name}`);
      if (typeof value !== 'string') throw new AwsError('ValidationError', `The parameter ${name} must be one value.`);
      return [name, value];
    }),
  );
}
