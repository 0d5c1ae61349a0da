/**
 * The state of one rehearsal. The terminal draws it while the rehearsal runs, the page when it has ended. All times are real ms since the
 * rehearsal started. Plain data, so that it can be stored as JSON.
 */
export type Story = {
  /** The name of the rehearsed fault; `good` for a release without one. */
  fault: string;
  /** Describes the defect in one sentence. */
  about: string;
  /** CodeDeploy's configuration, e.g. `CodeDeployDefault.LambdaCanary10Percent5Minutes`. */
  deploymentConfig: string;
  /** Waiting time passes this many times faster than on AWS. */
  speed: number;
  stackName: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Ms from the start of the rehearsal until now, or until its end. */
  lastedMs: number;
  releases: Release[];
  alarms: Alarm[];
  uploads: Uploads;
  /** One line per notable event, in order. */
  notes: { at: number; text: string }[];
  verdict?: Verdict;
};

/** The release of one function: one deployment. */
export type Release = {
  /** The name of its folder: `generate-thumbnails`. */
  name: string;
  deploymentId: string;
  oldVersion: string;
  newVersion: string;
  status: 'Created' | 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped';
  /** The error that CodeDeploy reports. */
  reason?: string;
  lifecycleEvents: LifecycleEvent[];
  /** The new version's share of the alias's invocations from each moment on, 0 to 1. */
  weights: { at: number; share: number }[];
  /** Totals since the start of the rehearsal, per version, at each observation. */
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
  /** Whether the deployment rolls back when it fires. */
  stopsRelease: boolean;
  states: { at: number; state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' }[];
};

/** The report of a hook: `reports/<deployment>/verify-before-traffic.json` in the thumbnails bucket. */
export type HookReport = {
  hook: string;
  verdict: 'Succeeded' | 'Failed';
  /** Sentences, the most informative first. */
  failures: string[];
  pictures: {
    name: string;
    verdict: 'passed' | 'failed';
    /** One sentence per difference. */
    problems: string[];
    expected: { status: string; outputs: { width: number; height: number; format: string }[] };
    got: {
      status?: string;
      reason?: string;
      outputs: { width: number; height: number; format: string; bytes: number }[];
    };
    /** Colour difference from the expected picture (CIEDE2000; 0: the same): mean and maximum. */
    distance?: { mean: number; worst: number };
    ms: number;
    /** `data:` URIs of small pictures. */
    expectedPicture?: string;
    gotPicture?: string;
  }[];
  /** The result of each test image; only for reconcile-images, which creates no pictures. */
  cases?: { name: string; about: string; problems: string[] }[];
  /** Median durations over the same pictures, of the new and the live version; absent if they cannot be compared. */
  duration?: { newMs: number; servingMs: number; limitMs: number };
};

export type Uploads = {
  sent: number;
  /** Ready in both recipes, and similar to their originals. */
  right: number;
  /** Without an outcome so far. */
  waiting: number;
  /** With outputs of the rolled-back version, or outputs that look wrong: still to be repaired. */
  wrong: number;
  lost: number;
  /** When all images were checked again: real ms after the verdict, and the speed of the clock at that time. */
  recheck?: { afterMs: number; speed: number };
  /** These numbers over time, for a plot. */
  course: { at: number; sent: number; right: number; wrong: number }[];
  /** Some pictures that were wrong and then repaired, as `data:` URIs. */
  repaired: { key: string; before?: string; after?: string }[];
};

export type Verdict = {
  /** Whether the rehearsal ended as expected. */
  asExpected: boolean;
  outcome: 'released' | 'rolled back' | 'neither';
  /** The check that ended it: the name of a hook or an alarm; absent after a good release. */
  guard?: string;
  /** The expected end, in one sentence. */
  expected: string;
  /** Everything that differs from the expected end: lost or wrong images, an alias on the wrong version. */
  problems: string[];
};
