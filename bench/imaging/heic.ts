import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { FileReport } from '../../tests/support/derive-files.ts';
import { median } from './measure.ts';

export type Measured = { goal: string; value: number; bound: number };

/**
 * The goal is 1.3 s of CPU for 12 megapixels, on a machine where a process that decodes them by libheif-js, and does nothing else, takes
 * 1.057 s. As a ratio it can be measured on a machine that is slower, or has other work.
 */
const MOST_TIMES_PLAIN = 1.3 / 1.057;

/** Of each image function: MB of memory, and seconds of CPU that the decoder gives a picture (functions/shared/imaging/heic/decoder.ts). */
const lambda = { memory: 1769, seconds: 20 };

const repository = join(import.meta.dirname, '..', '..');

/**
 * Whole processes, as after a cold start, from one bundled file, as it is deployed: they load sharp, compile the decoder, and make three
 * thumbnails of one HEIC.
 */
export async function measureHeic(folder: string, rounds: number): Promise<Measured[]> {
  const scratch = join(repository, 'node_modules', '.cache', 'bench-heic');
  try {
    const script = join(scratch, 'derive-files.mjs');
    const entryPoints = [join(repository, 'tests', 'support', 'derive-files.ts')];
    await build({ entryPoints, outfile: script, bundle: true, platform: 'node', format: 'esm', external: ['sharp'] });
    return await measure(resolve(folder), rounds, script);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function measure(folder: string, rounds: number, script: string): Promise<Measured[]> {
  const small = join(folder, '12-megapixels.heic');
  const plain: number[] = [];
  const ours: FileReport[] = [];
  for (let round = 0; round < rounds; round++) {
    plain.push(Number(await output(join(import.meta.dirname, 'plain-libheif.ts'), small)));
    ours.push(await derived(script, small));
  }
  const seconds = ours.map(({ processCpuMs }) => processCpuMs / 1_000);
  const ratios = seconds.map((own, round) => own / (plain[round] ?? NaN));
  const large = await derived(script, join(folder, '48-megapixels.heic'));
  console.log(
    `\nHEIC, whole processes, median of ${rounds} rounds: ${median(seconds).toFixed(2)} s of CPU for 12 MP, ${median(plain).toFixed(2)} s for libheif-js alone.`,
  );
  const peak = (reports: readonly FileReport[]): number => median(reports.map(({ peakBytes }) => peakBytes / 1e6));
  return [
    { goal: 'whole process / plain libheif-js, 12 MP HEIC', value: median(ratios), bound: MOST_TIMES_PLAIN },
    { goal: 'peak memory of a process that does a HEIC of 12 MP, MB', value: peak(ours), bound: 300 },
    { goal: 'whole process, 48 MP HEIC, CPU s', value: large.processCpuMs / 1_000, bound: lambda.seconds },
    { goal: 'peak memory of a process that does a HEIC of 48 MP, MB', value: peak([large]), bound: lambda.memory },
  ];
}

async function derived(script: string, file: string): Promise<FileReport> {
  const [report] = JSON.parse(await output(script, file)) as FileReport[];
  if (report?.outcome !== 'accepted') throw new Error(`${file} was not accepted`);
  return report;
}

async function output(script: string, file: string): Promise<string> {
  // Where the decoder looks for its library.
  const { stdout } = await promisify(execFile)(process.execPath, [script, file], { cwd: repository });
  return stdout;
}
