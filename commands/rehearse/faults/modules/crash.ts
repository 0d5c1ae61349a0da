/** Ends as a process does that runs out of memory: nothing in it can catch that. */
export async function derive(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}
