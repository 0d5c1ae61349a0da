import { setTimeout } from 'node:timers/promises';

/** Tries an assertion until it holds; after `deadlineMs` its last failure is the test's. */
export async function eventually(assertion: () => void, deadlineMs = 60_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    try {
      assertion();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await setTimeout(10);
    }
  }
}
