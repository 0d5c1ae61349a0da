import { loadavg } from 'node:os';
import { startBareServer, startCloud, startCloudWithoutState, type Child } from './child.ts';
import {
  expectNotifications,
  invokeWarm,
  LostWorkError,
  passMessages,
  putObjects,
  putToHandler,
  queueEvents,
  sendToHandler,
  type Taken,
} from './measures.ts';

const COUNT = 2000;
const SECONDS = 5;
const INVOCATIONS = 500;
const ADDED_MS = 5;
const QUEUED = 1000;

type Row = { what: string; goal: string; measured: string; ratio: string };

/**
 * The local cloud against a bare Node HTTP server that takes the same transfers from the same SDK clients in the same run. Exit code 1 only
 * where work is lost: how fast it is depends on the machine.
 */
async function main(): Promise<void> {
  console.log(`Load average at the start: ${loadavg()[0]?.toFixed(1) ?? ''}. Ratios are to a bare Node HTTP server.\n`);
  const rows: Row[] = [];
  const bare = await startBareServer();
  try {
    const barePuts = await putObjects(bare, COUNT);
    const bareMessages = await passMessages(bare, COUNT);
    const bareCalls = await invokeWarm(bare, INVOCATIONS);
    await withServer(startCloudWithoutState(), async (cloud) => {
      rows.push(transfers('S3 PUTs of 100 KB, no state', await putObjects(cloud, COUNT), barePuts));
      await expectNotifications(cloud, COUNT);
    });
    await withServer(startCloud(), async (cloud) => {
      rows.push(transfers('S3 PUTs of 100 KB', await putObjects(cloud, COUNT), barePuts));
      await expectNotifications(cloud, COUNT);
      rows.push(transfers('SQS messages sent, received, deleted', await passMessages(cloud, COUNT), bareMessages));
      rows.push(latency('invocation: added to the function', await invokeWarm(cloud, INVOCATIONS), bareCalls));
      rows.push(latency('SQS send to handler', await sendToHandler(cloud, 50)));
      rows.push(latency('S3 PUT, SNS, to handler', await putToHandler(cloud, 50)));
      rows.push(...(await queued(cloud)));
    });
  } finally {
    await bare.stop();
    print(rows);
  }
}

async function withServer(starting: Promise<Child>, work: (child: Child) => Promise<void>): Promise<void> {
  const child = await starting;
  try {
    await work(child);
  } catch (error) {
    if (!(error instanceof LostWorkError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    await child.stop();
  }
}

function transfers(what: string, cloud: Taken, bare: Taken): Row {
  return {
    what: `${String(COUNT)} ${what}`,
    goal: `${String(SECONDS)} s`,
    measured: `${cloud.seconds.toFixed(2)} s (${cloud.cpuSeconds.toFixed(2)} s of processor)`,
    ratio: `${(cloud.seconds / bare.seconds).toFixed(2)} (processor ${(cloud.cpuSeconds / bare.cpuSeconds).toFixed(2)})`,
  };
}

function latency(what: string, times: readonly number[], bare?: readonly number[]): Row {
  return {
    what,
    goal: bare ? `${String(ADDED_MS)} ms` : '-',
    measured: `median ${median(times).toFixed(1)} ms, p95 ${percentile(times, 0.95).toFixed(1)} ms`,
    ratio: bare ? (median(times) / median(bare)).toFixed(2) : '-',
  };
}

async function queued(cloud: Child): Promise<Row[]> {
  const { seconds, lost, outOfOrder, waiting } = await queueEvents(cloud, QUEUED);
  if (lost > 0) process.exitCode = 1;
  const what = `${String(QUEUED)} queued invocations, pool of 4`;
  return [
    { what, goal: '0 lost', measured: `${String(lost)} lost in ${seconds.toFixed(1)} s`, ratio: '-' },
    {
      what: '  in order of age',
      goal: '0 places',
      measured: `${String(outOfOrder)} places out (${String(waiting)} waited at once)`,
      ratio: '-',
    },
  ];
}

/** The median; of an even number the mean of the middle two; NaN of none. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle - 0.5)] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
}

function print(rows: readonly Row[]): void {
  const all = [{ what: 'What', goal: 'Goal', measured: 'Measured', ratio: 'Ratio' }, ...rows];
  const width = (key: keyof Row): number => Math.max(...all.map((row) => row[key].length));
  for (const row of all) {
    const cells = (['what', 'goal', 'measured', 'ratio'] as const).map((key) => row[key].padEnd(width(key)));
    console.log(cells.join('  ').trimEnd());
  }
  console.log(`\nLoad average at the end: ${loadavg()[0]?.toFixed(1) ?? ''}.`);
}

await main();
