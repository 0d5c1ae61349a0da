import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runtimeError } from './errors.mjs';
import { FIRST_NODE_WITHOUT_CALLBACKS, NODE_MAJOR } from './versions.mjs';

/** The function that `_HANDLER` (`folder/module.export`, the export maybe nested) names. Throws what Lambda's Node runtime throws. */
export async function loadHandler(taskRoot, name) {
  if (name.includes('..')) {
    throw runtimeError(
      'Runtime.MalformedHandlerName',
      `'${name}' is not a valid handler name: it may not contain '..'.`,
    );
  }
  const [, moduleName, exportPath] = /^([^.]*)\.(.*)$/.exec(basename(name)) ?? [];
  if (!moduleName || !exportPath) throw runtimeError('Runtime.MalformedHandlerName', 'Bad handler');

  const found = await loadModule(taskRoot, join(dirname(name), moduleName));
  const handler = exportPath.split('.').reduce((value, key) => value?.[key], found);
  if (handler === undefined) {
    throw runtimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') throw runtimeError('Runtime.HandlerNotFound', `${name} is not a function`);
  if (handler.length >= 3) return callbackHandler(handler);
  return handler;
}

async function loadModule(taskRoot, path) {
  const file = ['', '.js', '.mjs', '.cjs'].map((end) => resolve(taskRoot, path) + end).find(isFile);
  try {
    if (file === undefined) return createRequire(join(taskRoot, 'noop.js'))(path);
    if (isModule(file)) return await import(pathToFileURL(file).href);
    return createRequire(file)(file);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw Object.assign(runtimeError('Runtime.UserCodeSyntaxError', String(error)), { stack: error.stack });
    }
    // An ES module that is missing keeps its own error, there as here.
    if (error?.code === 'MODULE_NOT_FOUND') {
      throw runtimeError('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
}

function isFile(path) {
  return existsSync(path) && statSync(path).isFile();
}

/** ES module or CommonJS: by extension, else by the `type` of the nearest package.json. */
function isModule(file) {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const packageFile = join(folder, 'package.json');
    if (existsSync(packageFile)) return JSON.parse(readFileSync(packageFile, 'utf8')).type === 'module';
    if (folder === process.env.LAMBDA_TASK_ROOT || folder === dirname(folder)) return false;
  }
}

/** Node 24 has no callbacks any more; older runtimes do. */
function callbackHandler(handler) {
  if (NODE_MAJOR >= FIRST_NODE_WITHOUT_CALLBACKS) {
    throw runtimeError(
      'Runtime.CallbackHandlerDeprecated',
      'Callback-based function handlers are not supported from Node.js 24 on: the handler takes a third argument. ' +
        'Make it async and return the result. See https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html',
    );
  }
  return (event, context) =>
    new Promise((done, failed) => {
      const callback = (error, result) => (error ? failed(error) : done(result));
      const returned = handler(event, context, callback);
      if (typeof returned?.then === 'function') returned.then(done, failed);
    });
}
