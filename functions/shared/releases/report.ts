import type { Verdict } from './hook-run.ts';

/** The release of one function: its alias moves from one version to another. */
export type Versions = { functionName: string; currentVersion: string; targetVersion: string };

/** What the report of every hook starts with. It is stored as JSON, for operators. */
export type ReportHead<Hook extends string> = Versions & {
  hook: Hook;
  verdict: 'Succeeded' | 'Failed';
  /** Sentences, the most informative first. */
  failures: readonly string[];
  deploymentId: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  endedAt: string;
};

/** The head of a report that ends now. A hook's verdict is `Succeeded` if nothing failed. */
export function reportHead<Hook extends string>(
  hook: Hook,
  deploymentId: string,
  { functionName, currentVersion, targetVersion }: Versions,
  failures: readonly string[],
  { startedAt, endedAt }: { startedAt: string; endedAt: string },
): ReportHead<Hook> {
  return {
    hook,
    verdict: failures.length === 0 ? 'Succeeded' : 'Failed',
    failures,
    ...{ deploymentId, functionName, currentVersion, targetVersion, startedAt, endedAt },
  };
}

/** The verdict with the URI of its report. A report that cannot be written changes no verdict: `onError` is called instead. */
export async function withReport(
  failures: readonly string[],
  write: () => Promise<string>,
  onError: (error: unknown) => void,
): Promise<Verdict> {
  try {
    return { failures, report: await write() };
  } catch (error) {
    onError(error);
    return { failures };
  }
}
