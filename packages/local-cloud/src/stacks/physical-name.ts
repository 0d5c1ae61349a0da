import type { StackContext } from './provider.ts';

/**
 * The name of a resource whose template gives none: `<stack>-<LogicalId>-<12 random characters>`, as CloudFormation makes them,
 * cut so that the random part stays.
 */
export function physicalName(
  stack: StackContext,
  logicalId: string,
  { maxLength = 255, lowerCase = false }: { maxLength?: number; lowerCase?: boolean } = {},
): string {
  const suffix = stack.random.hex(12);
  const name = `${`${stack.stackName}-${logicalId}`.slice(0, maxLength - suffix.length - 1)}-${lowerCase ? suffix : suffix.toUpperCase()}`;
  return lowerCase ? name.toLowerCase() : name;
}
