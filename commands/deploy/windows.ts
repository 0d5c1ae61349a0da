import { UsageError } from '../shared/target.ts';

/** What cmd.exe replaces or ends a line at, within quotes too. */
const NEVER = /[%!\r\n\0]/;
/** What cmd.exe acts upon outside quotes. A quote within an argument ends or begins them, so that these cannot stand beside one. */
const SPECIAL = /[&|<>^()]/;
/** With an odd number of quotes, what is quoted and what is not would be exchanged in all that follows. */
const UNPAIRED = /^[^"]*"(?:[^"]*"[^"]*")*[^"]*$/;

/**
 * One command line of cmd.exe, which alone runs a batch file, as `sam` is one on Windows. The batch file hands its arguments to Python, which
 * reads quotes and backslashes as Microsoft's C library does. Throws UsageError for an argument that cannot be handed over unharmed.
 */
export function commandLine(command: string, args: readonly string[]): string {
  return [command, ...args.map(quotedForWindows)].join(' ');
}

function quotedForWindows(argument: string): string {
  if (/^[\w@+=:,./-]+$/.test(argument)) return argument;
  const special = argument.includes('"') ? SPECIAL.exec(argument) : null;
  const refused = (NEVER.exec(argument) ?? special)?.[0] ?? (UNPAIRED.test(argument) ? '"' : undefined);
  if (refused !== undefined)
    throw new UsageError(
      `${JSON.stringify(argument)} cannot be handed to sam on Windows: cmd.exe would change it at ${JSON.stringify(refused)}. Leave that character out, or deploy from WSL or another system.`,
    );
  // Backslashes count only before a quote: there each is written twice, and the quote after one more.
  return `"${argument.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/\\+$/, '$&$&')}"`;
}
