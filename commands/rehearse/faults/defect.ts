import { join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** A file of `modules/` that takes the place of a module of functions/. */
export type Defect = {
  /** In `modules/`. */
  file: string;
  /** In functions/. */
  replaces: string;
};

const functions = join(import.meta.dirname, '..', '..', '..', 'functions');

/** A fault's name for the module that it wraps. */
const THE_REAL = 'the-real:';

/**
 * Adds a defect to a bundle: imports of the replaced module resolve to the fault's file. That file exports the same names and can import
 * the original module, and any other of functions/, as `the-real:<path in functions/>`.
 */
export function putIn({ file, replaces }: Defect): Plugin {
  const replaced = join(functions, replaces);
  return {
    name: 'defect',
    setup: (build) => {
      // Filters without flags: esbuild reads them in Go.
      build.onResolve({ filter: new RegExp(`^${THE_REAL}`) }, ({ path }) => ({
        path: join(functions, path.slice(THE_REAL.length)),
      }));
      build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) =>
        resolve(resolveDir, path) === replaced ? { path: fileOf({ file }) } : undefined,
      );
    },
  };
}

export function fileOf({ file }: Pick<Defect, 'file'>): string {
  return join(import.meta.dirname, 'modules', file);
}
