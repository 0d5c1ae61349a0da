/** An error that the runtime itself raises; Lambda's names begin with `Runtime.`. */
export function runtimeError(name, message, extra = {}) {
  return Object.assign(new Error(message), { name, ...extra });
}

/** What a failed invocation answers. `trace`, where other languages' runtimes say `stackTrace`. */
export function errorDocument(error) {
  if (!(error instanceof Error) && Object.prototype.toString.call(error) !== '[object Error]') {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: String(error.name),
    errorMessage: String(error.message),
    trace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}
