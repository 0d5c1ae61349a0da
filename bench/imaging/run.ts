import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { thumbnails } from '../../functions/shared/images/recipe.ts';
import type { FileReport } from '../../tests/support/derive-files.ts';
import { likeness } from '../../tests/support/likeness.ts';
import { measureHeic } from './heic.ts';
import { compare } from './measure.ts';
import { drawOriginals } from './originals.ts';
import { independentPipelines, ours, ourSteps, plainOneDecode } from './strategies.ts';

const jpeg = (pipeline: Sharp): Sharp => pipeline.jpeg({ quality: 80 });
const webp = (pipeline: Sharp): Sharp => pipeline.webp({ quality: 80 });

// There is no encoder of HEVC here: `--heic` names a folder that tests/fixtures/heic/draw.py has drawn pictures into.
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' }, heic: { type: 'string' } } });
const rounds = Number(values.rounds);

let missed = 0;
await main();

async function main(): Promise<void> {
  const originals = await drawOriginals();
  const plain = originals['12 MP JPEG'] ?? Buffer.alloc(0);
  console.log(
    `Three thumbnails (${thumbnails.outputs.map(({ width }) => width).join(', ')} px) of each original; median of ${rounds} interleaved rounds, CPU ms.\n`,
  );
  await compareAll(originals);
  console.log('\nGoals, as ratios of CPU time in this run:');
  await compareGoals(plain);
  await compareQuality(plain);
  await measureMemory(plain);
  if (values.heic !== undefined) {
    for (const { goal, value, bound } of await measureHeic(values.heic, rounds)) report(goal, value, bound);
  }
  if (missed > 0) process.exitCode = 1;
}

async function compareAll(originals: Record<string, Buffer>): Promise<void> {
  const names = ['ours', 'one decode', 'independent'];
  console.log(`${'WebP'.padEnd(28)}${names.map((name) => name.padStart(14)).join('')}   ours / independent`);
  for (const [name, original] of Object.entries(originals)) {
    const { cpuMs, ratios } = await compare([ours, plainOneDecode(webp), independentPipelines(webp)], original, rounds);
    console.log(
      `${name.padEnd(28)}${cpuMs.map((ms) => ms.toFixed(1).padStart(14)).join('')}${(ratios[0] ?? NaN).toFixed(2).padStart(21)}`,
    );
  }
}

async function compareGoals(original: Buffer): Promise<void> {
  const toOneDecode = await compare([ourSteps(jpeg), plainOneDecode(jpeg)], original, rounds);
  report('image step / plain one-decode script, 12 MP, 3 JPEG', toOneDecode.ratios[0] ?? NaN, 1.05);
  const toIndependent = await compare([ourSteps(jpeg), independentPipelines(jpeg)], original, rounds);
  report('image step / independent pipelines, 12 MP, 3 JPEG', toIndependent.ratios[0] ?? NaN, 0.5);
}

async function compareQuality(original: Buffer): Promise<void> {
  const [own, independent] = await Promise.all([ours(original), independentPipelines(webp)(original)]);
  for (const [n, { width }] of thumbnails.outputs.entries()) {
    const height = Math.round((width * 3000) / 4000);
    // Decoded in full and reduced at once: what both of them take short cuts to.
    const reference = await sharp(original)
      .resize({ width, height, fit: 'fill', fastShrinkOnLoad: false })
      .png()
      .toBuffer();
    const [a, b] = await Promise.all(
      [own[n], independent[n]].map((picture) => likeness(picture ?? reference, reference)),
    );
    report(`likeness lost to independent pipelines at ${width} px (SSIM)`, Math.max(0, (b ?? 1) - (a ?? 0)), 0.001);
  }
}

async function measureMemory(original: Buffer): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'imaging-'));
  try {
    const file = join(folder, 'original.jpg');
    await writeFile(file, original);
    const script = join(import.meta.dirname, '..', '..', 'tests', 'support', 'derive-files.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script, file]);
    const [{ peakBytes } = { peakBytes: Infinity }] = JSON.parse(stdout) as FileReport[];
    report('peak memory of a process that does one, MB', peakBytes / 1e6, 130);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function report(goal: string, value: number, bound: number): void {
  const isMet = value <= bound;
  if (!isMet) missed++;
  const digits = bound < 0.01 ? 4 : bound < 10 ? 2 : 0;
  console.log(
    `  ${isMet ? 'met   ' : 'MISSED'} ${goal.padEnd(62)} ${value.toFixed(digits).padStart(7)}  (at most ${bound})`,
  );
}
