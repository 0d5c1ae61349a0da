/** What a hook's check found: the release continues if nothing failed. */
export type Verdict = {
  /** Sentences, the most informative first. */
  failures: readonly string[];
  /** The URI of the full report, e.g. `s3://…`. */
  report?: string;
};

/** What a hook's check receives to work with. */
export type HookRun = {
  deploymentId: string;
  /** Aborts when it is time to clean up, write the report and return. */
  deadline: AbortSignal;
  /** Records the current step, in words that follow "at": reported if time runs out during that step. */
  doing: (what: string) => void;
  /**
   * Sets the verdict as soon as it is certain. If the rest (a report, cleaning up, further checks after a failure) then fails or takes too
   * long, this verdict is reported. May be called again, with more failures.
   */
  setVerdict: (verdict: Verdict) => void;
};
