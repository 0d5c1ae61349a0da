import { realpathSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What Lambda's own runtime brings along; here it comes from where the local cloud is installed. */
const OF_THE_RUNTIME = /^@(aws-sdk|smithy)\//;

/**
 * Lets a function find packages only where Lambda would: in its code and its layers. On this machine its code lies somewhere below a
 * project, whose node_modules Node would find too, and a forgotten layer would show only on AWS.
 */
export function confine(taskRoot) {
  // Older runtimes have no such hooks; there the project's packages are visible.
  if (nodeModule.registerHooks === undefined) return;
  const layers = (process.env.NODE_PATH ?? '').split(delimiter).filter(Boolean).map(real);
  const roots = [real(taskRoot), ...layers];
  const isOwn = (url) => !url.startsWith('file:') || roots.some((root) => fileURLToPath(url).startsWith(root + sep));
  // Our own searches pass through the hook as well.
  let searching = false;

  nodeModule.registerHooks({
    resolve(specifier, context, next) {
      if (searching || !isPackage(specifier) || !isOwn(context.parentURL ?? 'file:///'))
        return next(specifier, context);

      const search = (folder) => {
        searching = true;
        try {
          const from = join(folder, 'index.js');
          if (context.conditions.includes('import')) {
            return next(specifier, { ...context, parentURL: pathToFileURL(from).href });
          }
          return { url: pathToFileURL(nodeModule.createRequire(from).resolve(specifier)).href, shortCircuit: true };
        } catch (error) {
          if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
          return undefined;
        } finally {
          searching = false;
        }
      };

      const parentFolder = dirname(fileURLToPath(context.parentURL));
      for (const folder of [parentFolder, ...layers.map(dirname)]) {
        const found = search(folder);
        if (found !== undefined && isOwn(found.url)) return found;
      }
      const found = OF_THE_RUNTIME.test(specifier) ? search(import.meta.dirname) : undefined;
      if (found !== undefined) return found;
      const hint = OF_THE_RUNTIME.test(specifier)
        ? ` (Lambda's runtime has it; here it must be installed beside the local cloud: npm install ${packageOf(specifier)})`
        : '';
      throw Object.assign(
        new Error(`Cannot find module '${specifier}'${hint}\nRequire stack:\n- ${fileURLToPath(context.parentURL)}`),
        { code: context.conditions.includes('import') ? 'ERR_MODULE_NOT_FOUND' : 'MODULE_NOT_FOUND' },
      );
    },
  });
}

/** `@aws-sdk/client-s3/path` is of the package `@aws-sdk/client-s3`. */
function packageOf(specifier) {
  return specifier.split('/').slice(0, 2).join('/');
}

function real(path) {
  try {
    return realpathSync(path);
  } catch {
    return path; // A layer without this folder.
  }
}

/** Neither a path, nor a URL, nor one of the package's own imports, nor part of Node. */
function isPackage(specifier) {
  return !/^(\.|\/|#|[a-z][a-z0-9+-]*:)/i.test(specifier) && !nodeModule.isBuiltin(specifier);
}
