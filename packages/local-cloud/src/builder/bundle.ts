import { existsSync } from 'node:fs';
import { extname, join, relative, resolve, sep } from 'node:path';
import { build, formatMessages, stop, type BuildFailure } from 'esbuild';
import type { Fields } from '../template/fields.ts';
import { BuildError } from './build-error.ts';
import type { Contents } from './contents.ts';
import { esbuildOptions } from './esbuild-options.ts';
import { sourcesOf } from './sources.ts';

/** Bundles in work, of all functions. */
let inWork = 0;

/**
 * Bundles a function as `sam build` does for `BuildMethod: esbuild`; `root` is the folder of the template. Packages that are not found
 * around the function's folder may lie in `installed`. Throws BuildError with esbuild's message, file and line.
 */
export async function bundle(
  logicalId: string,
  folder: string,
  properties: Fields,
  { root, installed }: { root: string; installed?: string },
): Promise<Contents> {
  const options = esbuildOptions(logicalId, properties);
  // Nothing is written there; source maps and file names are relative to it.
  const outdir = join(folder, '.build');
  inWork += 1;
  try {
    const { outputFiles, metafile } = await build({
      ...options,
      entryPoints: options.entryPoints.map((entry) => withExtension(entry, folder)),
      absWorkingDir: folder,
      ...(installed !== undefined && { nodePaths: [installed] }),
      outdir,
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    return {
      files: new Map(outputFiles.map(({ path, contents }) => [relative(outdir, path).split(sep).join('/'), contents])),
      packages: [],
      // What is no file (a module that was switched off, one in a data URL) has a name with a colon or in brackets.
      sources: sourcesOf(
        Object.keys(metafile.inputs)
          .filter((input) => !/^(\w+:|\()/.test(input))
          .map((input) => resolve(folder, input)),
        root,
      ),
    };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const messages = await formatMessages(error.errors, { kind: 'error', color: false });
    throw new BuildError(`${logicalId} could not be built from ${folder}:\n${messages.join('').trimEnd()}`);
  } finally {
    inWork -= 1;
    // Its process would keep half a gigabyte until the next bundle, for which another is there in a hundredth of a second.
    if (inWork === 0) await stop();
  }
}

/** An entry point may leave out `.ts` or `.js`, in this order. */
function withExtension(entry: string, folder: string): string {
  if (extname(entry) !== '') return entry;
  return entry + (['.ts', '.js'].find((extension) => existsSync(join(folder, entry + extension))) ?? '');
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
