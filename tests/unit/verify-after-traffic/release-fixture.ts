import type { Ports, Release } from '../../../functions/verify-after-traffic/ports.ts';
import type { Report } from '../../../functions/verify-after-traffic/report.ts';
import type { HookRun, Verdict } from '../../../functions/shared/releases/hook-run.ts';
import { verifyAfterTraffic } from '../../../functions/verify-after-traffic/verify-after-traffic.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import { recipes, type RecipeName } from '../../../functions/shared/images/recipe.ts';
import type { ImageRecord, Output } from '../../../functions/shared/images/record.ts';

export const release: Release = {
  ...{ application: 'an-application', group: 'a-group', functionName: 'generate-thumbnails' },
  ...{ currentVersion: '7', targetVersion: '8', startedAt: '2026-05-01T12:00:00.000Z' },
};

const NOW = Date.parse('2026-05-01T12:20:00Z');

/** How long the paths take, ms after the upload; undefined: for ever. */
export type Pace = Partial<Record<RecipeName, number>>;

/** The last stretch of a release: everything goes to version 8, and both paths work. Its clock moves only while somebody waits. */
export function createReleaseFixture() {
  const clock = { now: NOW };
  const uploads: { key: string; bytes: Uint8Array; at: number }[] = [];
  const outputs = new Map<string, Uint8Array>();
  const reports: Report[] = [];
  const warnings: string[] = [];
  const pace: Pace = { thumbnails: 800, renditions: 40_000 };
  /** What is otherwise than it should be, of each recipe's records. */
  const otherwise: Partial<Record<RecipeName, Partial<ImageRecord>>> = {};
  const deadline = new AbortController();
  const endsAt = NOW + 280_000;

  const sizes: Record<RecipeName, Omit<Output, 'key' | 'bytes'>[]> = {
    thumbnails: [
      { width: 128, height: 85, format: 'webp' },
      { width: 320, height: 213, format: 'webp' },
      { width: 640, height: 427, format: 'webp' },
    ],
    renditions: [
      { width: 900, height: 600, format: 'webp' },
      { width: 900, height: 600, format: 'avif' },
    ],
  };

  /** The record of a canary, as the paths would have written it by now. */
  function recordOf(id: string, recipe: RecipeName): ImageRecord | undefined {
    const upload = uploads.find(({ key }) => imageId({ bucket: 'uploads', key }) === id);
    const after = pace[recipe];
    if (upload === undefined || after === undefined || clock.now < upload.at + after) return undefined;
    const record: ImageRecord = {
      ...{
        imageId: id,
        recipe,
        recipeVersion: recipes[recipe].version,
        revision: 1,
        status: 'ready',
        owner: '-',
        bucket: 'uploads',
      },
      ...{ key: upload.key, format: 'jpeg', width: 900, height: 600 },
      ...{ processedAt: new Date(clock.now).toISOString(), processedBy: recipe === 'thumbnails' ? '8' : '3' },
      outputs: sizes[recipe].map((size) => ({
        ...size,
        key: `${recipe}/${id}/${size.width}.${size.format}`,
        bytes: 40,
      })),
      ...otherwise[recipe],
    };
    for (const { key, format } of record.outputs) {
      if (!outputs.has(key)) outputs.set(key, fileOf(format));
    }
    return record;
  }

  const ports: Ports = {
    describeDeployment: async () => release,
    recipeOf: (name) => (name.startsWith('generate-') ? (name.slice('generate-'.length) as RecipeName) : undefined),
    hasNoImages: (name) => name === 'reconcile-images',
    recipes: Object.values(recipes),
    picture: { bytes: new Uint8Array([1, 2, 3]), format: 'jpeg', width: 900, height: 600 },
    bucket: 'uploads',
    upload: async (key, bytes) => uploads.push({ key, bytes, at: clock.now }),
    newName: () => `n${uploads.length + 1}`,
    readRecord: async (id, recipe) => recordOf(id, recipe),
    readOutput: async (key) => outputs.get(key),
    alarmsOf: async () => ['errors', 'dead-letters'],
    firedSince: async () => [],
    countDeadLetters: async () => ({ 'renditions-dead': 2, 'thumbnails-failed': 0 }),
    readReportBefore: async () => ({ deadLetters: { 'renditions-dead': 2, 'thumbnails-failed': 0 } }),
    writeReport: async (deploymentId, report) => {
      reports.push(report);
      return `s3://thumbnails/reports/${deploymentId}/${report.hook}.json`;
    },
    warn: (what) => void warnings.push(what),
    now: () => new Date(clock.now),
    pause: async (ms) => {
      clock.now += ms;
      if (clock.now >= endsAt) deadline.abort();
    },
  };

  /** One run, with ports of its own where some are given. */
  function verify(
    own: Partial<Ports> = {},
    said: Partial<Pick<HookRun, 'doing' | 'setVerdict'>> = {},
  ): Promise<Verdict> {
    const silent = { doing: () => undefined, setVerdict: () => undefined };
    const run = { deploymentId: 'd-EXAMPLE11', deadline: deadline.signal, ...silent, ...said };
    return verifyAfterTraffic({ ...ports, ...own }, run);
  }

  return { clock, uploads, outputs, reports, warnings, pace, otherwise, ports, endsAt, verify };
}

export function fileOf(format: Output['format'], bytes = 40): Uint8Array {
  const file = Buffer.alloc(bytes);
  file.write(format === 'webp' ? 'RIFF\u0020\0\0\0WEBP' : '\0\0\0\u001cftypavif', 'latin1');
  return file;
}
