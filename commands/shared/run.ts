import { UsageError } from './target.ts';

/** Runs a command: a mistake of the person gives one clear message, anything else its stack; both exit code 1. */
export function run(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const mistake =
      error instanceof UsageError || (error instanceof TypeError && 'code' in error && isArgumentError(error.code));
    console.error(mistake ? error.message : error);
    process.exitCode = 1;
  });
}

function isArgumentError(code: unknown): boolean {
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS_');
}
