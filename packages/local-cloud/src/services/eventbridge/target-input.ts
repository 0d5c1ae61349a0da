import { AwsError, notImplemented } from '../../core/aws-error.ts';

/** Throws AwsError NotImplemented for a path that is not a line of names and indices. */
export function checkPath(path: string): void {
  if (!/^\$(\.[\w/-]+|\[\d+\])*$/.test(path))
    throw notImplemented(`the InputPath ${path}: $.detail.name and $.list[0] are`);
}

/** What a target gets of an event, as JSON. Throws AwsError where the path leads to nothing. */
export function targetInput(event: object, { input, inputPath }: { input?: string; inputPath?: string }): string {
  if (input !== undefined) return input;
  if (inputPath === undefined) return JSON.stringify(event);
  const steps = [...inputPath.matchAll(/\.([\w/-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? index ?? '');
  const found = steps.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string, unknown>)[step]
        : undefined,
    event,
  );
  if (found === undefined) throw new AwsError('INVALID_JSON', `The event has nothing at ${inputPath}.`);
  return JSON.stringify(found);
}
