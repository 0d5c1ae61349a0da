/** What `work` writes to stdout, line by line, read as JSON: each line must be one whole object. */
export async function linesOf(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  return (await textOf(work))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The same as text; stderr counts too. */
export async function textOf(work: () => Promise<unknown>): Promise<string> {
  const streams = [process.stdout, process.stderr];
  let text = '';
  const write = (chunk: string | Uint8Array) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  // Streams inherit `write`: an own one hides it for a while.
  for (const stream of streams) Object.defineProperty(stream, 'write', { value: write, configurable: true });
  try {
    await work();
  } finally {
    for (const stream of streams) Reflect.deleteProperty(stream, 'write');
  }
  return text;
}
