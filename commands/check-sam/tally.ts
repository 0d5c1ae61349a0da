/** Runs one check and prints its line; false (and the reason printed) if it threw. */
export type Check = (title: string, body: () => void | Promise<void>) => Promise<boolean>;

export function tally(): { check: Check; passed: () => number; failed: () => number } {
  let passed = 0;
  let failed = 0;
  const check: Check = async (title, body) => {
    try {
      await body();
      passed += 1;
      console.log(`ok      ${title}`);
      return true;
    } catch (error) {
      failed += 1;
      const reason = error instanceof Error ? error.message : String(error);
      console.log(`FAILED  ${title}\n${reason.replace(/^/gm, '        ')}`);
      return false;
    }
  };
  return { check, passed: () => passed, failed: () => failed };
}
