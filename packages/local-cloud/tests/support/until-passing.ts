/** Tries until it succeeds, and gives what it gave; after the deadline, with the last error. */
export async function untilPassing<T>(attempt: () => Promise<T> | T, deadlineMs = 60_000): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
