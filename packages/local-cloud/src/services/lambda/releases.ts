import { qualifiedArn, readReference } from './arns.ts';
import type { Lambda } from './lambda.ts';

/** What whoever releases functions gradually needs: aliases to shift, and functions that have a say. */
export function releasesOf({ functions, moveAlias, enqueue }: Pick<Lambda, 'functions' | 'moveAlias' | 'enqueue'>) {
  return {
    /** With the qualifier that the name has, if it has one. Throws AwsError ResourceNotFoundException. */
    arnOf: (name: string): string => {
      const { functionName, qualifier } = readReference(name);
      functions.resolve(readReference(name), () => 1);
      return qualifiedArn(functions.arnOf(functionName), qualifier);
    },
    alias: functions.alias,
    hasVersion: (functionName: string, version: string): boolean =>
      functions.exists(functionName) && functions.record(functionName).versions[version] !== undefined,
    moveAlias,
    timeoutMs: (name: string): number => functions.resolve(readReference(name), () => 1).timeoutSeconds * 1000,
    /** Asynchronously. */
    invoke: (name: string, event: string, requestId: string): void =>
      enqueue(readReference(name), event, undefined, requestId),
  };
}
