/**
 * What is known of one rehearsal at a moment: the terminal draws it while it grows, the page when it has ended. All times are ms since
 * the rehearsal began, real ones; plain data, so that it can be kept as JSON.
 */
export type Story = {
  /** What was rehearsed: a good release, or one with this defect. */
  fault: string;
  /** What the defect is, in one sentence. */
  about: string;
  /** CodeDeploy's configuration, e.g. `CodeDeployDefault.LambdaCanary10Percent5Minutes`. */
  deploymentConfig: string;
  /** How much faster than on AWS what waits goes by. */
  speed: number;
  stackName: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Ms since the rehearsal began until now, or until its end. */
  lastedMs: number;
  releases: Release[];
  alarms: Alarm[];
  uploads: Uploads;
  /** One line per thing worth telling, in order. */
  notes: { at: number; text: string }[];
  verdict?: Verdict;
};

/** The release of one function: one deployment. */
export type Release = {
  /** As the folder is called: `generate-thumbnails`. */
  name: string;
  deploymentId: string;
  oldVersion: string;
  newVersion: string;
  status: 'Created' | 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped';
  /** What CodeDeploy says went wrong. */
  reason?: string;
  lifecycleEvents: LifecycleEvent[];
  /** The new version's share of the alias's invocations from each moment on, 0 to 1. */
  weights: { at: number; share: number }[];
  /** Totals since the rehearsal began, per version, at each moment of looking. */
  counts: { at: number; byVersion: Record<string, { invocations: number; errors: number }> }[];
  report?: HookReport;
};

export type LifecycleEvent = {
  name: 'BeforeAllowTraffic' | 'AllowTraffic' | 'AfterAllowTraffic';
  status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped' | 'Unknown';
  startedAt?: number;
  endedAt?: number;
};

export type Alarm = {
  name: string;
  /** Does the deployment roll back when it fires? */
  stopsRelease: boolean;
  states: { at: number; state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' }[];
};

/** What a hook wrote down: `reports/<deployment>/verify-before-traffic.json` in the thumbnails bucket. */
export type HookReport = {
  hook: string;
  verdict: 'Succeeded' | 'Failed';
  /** Sentences, the most telling first. */
  failures: string[];
  pictures: {
    name: string;
    verdict: 'passed' | 'failed';
    /** What differs, a sentence each. */
    problems: string[];
    expected: { status: string; outputs: { width: number; height: number; format: string }[] };
    got: {
      status?: string;
      reason?: string;
      outputs: { width: number; height: number; format: string; bytes: number }[];
    };
    /** How far the colours are from what they should be (CIEDE2000; 0: the same): the mean and the worst. */
    distance?: { mean: number; worst: number };
    ms: number;
    /** `data:` URIs of small pictures. */
    expectedPicture?: string;
    gotPicture?: string;
  }[];
  /** What became of each image of a trial; only of reconcile-images, which makes no pictures. */
  cases?: { name: string; about: string; problems: string[] }[];
  /** Medians over the same pictures, of the new and of the serving version; absent where the two cannot be compared. */
  duration?: { newMs: number; servingMs: number; limitMs: number };
};

export type Uploads = {
  sent: number;
  /** Ready in both recipes, and as they should look. */
  right: number;
  /** Without an outcome yet. */
  waiting: number;
  /** With outputs of the withdrawn version, or that look wrong: to be healed. */
  wrong: number;
  lost: number;
  /** When all of them were looked at once more, ms after the verdict, real ones, and how much faster the cloud's clock went then. */
  recheck?: { afterMs: number; speed: number };
  /** How these numbers went, for a plot. */
  course: { at: number; sent: number; right: number; wrong: number }[];
  /** Some pictures that went wrong and were healed, as `data:` URIs. */
  repaired: { key: string; before?: string; after?: string }[];
};

export type Verdict = {
  /** Did it end as it should? */
  asExpected: boolean;
  outcome: 'released' | 'rolled back' | 'neither';
  /** The guard that ended it: a hook's or an alarm's name; absent after a good release. */
  guard?: string;
  /** What was expected of it, in one sentence. */
  expected: string;
  /** What else is not as it should be: images lost or wrong, an alias that serves the wrong version. */
  problems: string[];
};
