import { help, readArguments } from './arguments.ts';
import { start } from './start.ts';

/** Errors whose message is all that a person needs; of any other the stack is worth having. */
const forPeople = new Set([
  'UsageError',
  'TemplateError',
  'BuildError',
  'UnsupportedTemplateError',
  'DeploymentError',
  'StateFolderError',
]);

/** The command line: exit code 0 after a clean end, 1 where something is wrong. */
export async function main(args: readonly string[]): Promise<void> {
  // Before anything starts: a signal during the boot must end it as well.
  const end = new AbortController();
  const ending = new Promise<void>((done) => {
    const resolve = (): void => {
      end.abort();
      done();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        // Whoever asks twice does not want to wait.
        process.once(signal, () => process.exit(130));
        resolve();
      });
    }
    // The parent that waits for us is gone.
    process.once('disconnect', resolve);
  });
  try {
    const options = readArguments(args);
    if (options === undefined) {
      console.log(help);
      process.exit(0);
    }
    const starting = start(options, end.signal);
    // What fails after the end has been asked for is not told twice.
    starting.catch(() => undefined);
    await Promise.race([starting.then(() => ending), ending]);
    const started = await starting;
    await started.stop();
    process.exit(0);
  } catch (error) {
    // Its end was asked for.
    if (error instanceof Error && error.name === 'DeploymentCutShortError') process.exit(0);
    console.error(describe(error));
    process.exit(1);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isPortInUse = (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE';
  return forPeople.has(error.name) || isPortInUse ? error.message : (error.stack ?? error.message);
}
