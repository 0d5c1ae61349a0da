import { UsageError } from './target.ts';

/** Runs a command: a mistake of the person, or an answer of AWS, gives one clear message, anything else its stack; all exit code 1. */
export function run(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const mistake =
      error instanceof UsageError || (error instanceof TypeError && 'code' in error && isArgumentError(error.code));
    console.error(mistake ? error.message : (whatAwsAnswered(error) ?? error));
    process.exitCode = 1;
  });
}

/** Expired credentials, a missing permission, throttling: the answer says it, and the SDK's stack says nothing more. */
function whatAwsAnswered(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const { requestId } = error.$metadata as { requestId?: string };
  return `AWS answered ${error.name}: ${error.message}${requestId === undefined ? '' : ` (request ${requestId})`}`;
}

function isArgumentError(code: unknown): boolean {
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS_');
}
