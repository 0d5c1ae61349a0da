import type { Derivation } from '../../../functions/shared/images/derivation.ts';
import { changedImages } from '../../../functions/shared/lambda/changed-images.ts';
import { UnacceptableImageError } from '../../../functions/shared/images/errors.ts';
import { featuresOf } from '../../../functions/shared/images/features.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import { outputKey } from '../../../functions/shared/images/keys.ts';
import { recipes, type Recipe, type RecipeName } from '../../../functions/shared/images/recipe.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import { derive } from '../../../functions/shared/imaging/derive.ts';
import { decodeHeic } from '../../../functions/shared/imaging/heic/decoder.ts';
import type { Pixels } from '../../../functions/verify-before-traffic/colours.ts';
import {
  asPlaceholder,
  inspect,
  preview,
  showPlaceholder,
  type Inspected,
} from '../../../functions/shared/imaging/inspect.ts';
import {
  expectationsOf,
  goldenPictures,
  sceneNamed,
  type GoldenPicture,
} from '../../../functions/verify-before-traffic/golden.ts';
import type { Invocation, Ports } from '../../../functions/verify-before-traffic/ports.ts';
import type { PictureReport, Report } from '../../../functions/verify-before-traffic/report.ts';
import type { HookRun } from '../../../functions/shared/releases/hook-run.ts';
import { verifyBeforeTraffic } from '../../../functions/verify-before-traffic/verify-before-traffic.ts';

export const deploymentId = 'd-EXAMPLE11';
const bucket = 'verification';

/** How a version of the function behaves. Whatever is left out, it does as it should. */
export type Behaviour = {
  derive?: (original: Uint8Array, recipe: Recipe) => Promise<Derivation>;
  /** Has a say in every record before it is written. */
  record?: (record: ImageRecord) => ImageRecord | undefined;
  recipeVersion?: number;
  /** What is told with an output, instead. */
  headers?: { contentType?: string; cacheControl?: string };
  /** Has a say in where outputs are put. */
  outputKey?: (key: string) => string;
  /** ms that an invocation takes. */
  ms?: number | ((name: string) => number);
  /** Instead of working: the n-th invocation, from 0. */
  instead?: (n: number) => Invocation | undefined;
};

/** Some of the golden pictures: enough for tests of what is done with them, whatever they show. */
export const someOfThem = goldenPictures.filter(
  ({ name }) => !/progressive|cmyk|grey|animated|turned|-[2-5]/u.test(name),
);

type Setting = {
  recipe?: RecipeName;
  serving?: Behaviour;
  fresh?: Behaviour;
  given?: readonly GoldenPicture[];
  /** The parameter Heic, as the hook knows it. */
  heic?: 'on' | 'off';
};

/** An application in memory, with real imaging, in which version 8 of a function is to take the place of version 7. */
export function createInMemoryRelease({
  recipe = 'thumbnails',
  serving = {},
  fresh = {},
  given = someOfThem,
  heic = 'on',
}: Setting = {}) {
  const pictures = new Map<string, { bytes: Uint8Array; lastModified: string }>();
  const outputs = new Map<string, Uint8Array>();
  const records = new Map<string, ImageRecord>();
  const invocations: { version: string; key: string; event: unknown }[] = [];
  const reports: Report[] = [];
  const failed: PictureReport[] = [];
  const warnings: string[] = [];
  const pauses: number[] = [];
  const counts = new Map<string, number>();
  const headers = (key: string) => ({
    contentType: `image/${key.split('.').at(-1) ?? ''}`,
    cacheControl: 'private, max-age=31536000, immutable',
    ...fresh.headers,
  });
  const now = () => new Date('2026-05-01T12:30:00Z');

  async function work(version: string, event: unknown, behaviour: Behaviour): Promise<Invocation> {
    const n = counts.get(version) ?? 0;
    counts.set(version, n + 1);
    const [image] = changedImages(event);
    if (image === undefined) throw new Error('the event names no image');
    invocations.push({ version, key: image.key, event });
    const instead = behaviour.instead?.(n);
    if (instead) return instead;
    const record = await makeRecord(image.key, version, behaviour);
    const written = behaviour.record ? behaviour.record(record) : record;
    if (written) records.set(`${written.imageId} ${written.recipe}`, written);
    const payload = recipe === 'thumbnails' ? null : { batchItemFailures: [] };
    return {
      status: 'returned',
      payload,
      ms: typeof behaviour.ms === 'function' ? behaviour.ms(image.key.split('/').at(-1) ?? '') : (behaviour.ms ?? 50),
    };
  }

  async function makeRecord(key: string, version: string, behaviour: Behaviour): Promise<ImageRecord> {
    const { bytes } = pictures.get(key) ?? {};
    if (bytes === undefined) throw new Error(`${key} is not in the bucket`);
    const id = imageId({ bucket, key });
    const common = {
      ...{ imageId: id, recipe, revision: 1, owner: '-', bucket, key, eTag: '"an-etag"', outputs: [] },
      ...{ processedAt: now().toISOString(), processedBy: version },
      recipeVersion: behaviour.recipeVersion ?? recipes[recipe].version,
    };
    try {
      const derived = await (behaviour.derive ?? derivedOnce)(bytes, recipes[recipe]);
      const named = derived.outputs.map((output) => {
        const { width, height, format } = output;
        const outputAt = (behaviour.outputKey ?? String)(outputKey(recipe, id, 'attempt', output));
        outputs.set(outputAt, output.bytes);
        return { key: outputAt, width, height, format, bytes: output.bytes.length };
      });
      const { format, width, height, description } = derived;
      return { ...common, status: 'ready', format, width, height, ...description, outputs: named };
    } catch (error) {
      if (!(error instanceof UnacceptableImageError)) throw error;
      return { ...common, status: 'rejected', reason: error.message };
    }
  }

  const ports: Ports = {
    describeDeployment: async () => ({ functionName: 'the-function', currentVersion: '7', targetVersion: '8' }),
    recipeOf: (name) => (name === 'the-function' ? recipe : undefined),
    reconciler: { functionName: 'the-reconciler', verify: async () => ({ failures: ['it is not this function'] }) },
    countDeadLetters: async () => ({ 'a-queue': 2 }),
    ...{ pictures: given, sceneNamed },
    expectationsOf: (name, version) => expectationsOf(name, version, featuresOf({ HEIC: heic })),
    bucket,
    putPicture: async (key, bytes) => {
      pictures.set(key, { bytes, lastModified: now().toISOString() });
      return { eTag: '"an-etag"' };
    },
    listPictures: async () => [...pictures].map(([key, { lastModified }]) => ({ key, lastModified })),
    deletePictures: async (keys) => keys.forEach((key) => pictures.delete(key)),
    invoke: (_, version, event) => work(version, event, version === '8' ? fresh : serving),
    readRecord: async (id, name) => records.get(`${id} ${name}`),
    recordsOf: async (id) => [...records.values()].filter((record) => record.imageId === id),
    removeRecord: async (id, name) => {
      records.delete(`${id} ${name}`);
    },
    readOutput: async (key) => {
      const bytes = outputs.get(key);
      return bytes && { bytes, ...headers(key) };
    },
    deleteOutputs: async (keys) => keys.forEach((key) => outputs.delete(key)),
    ...{ inspect: inspectedOnce, preview: shownOnce, asPlaceholder, showPlaceholder },
    writeReport: async (id, report) => {
      reports.push(report);
      return `s3://thumbnails/reports/${id}/${report.hook}.json`;
    },
    log: { failed: (picture) => failed.push(picture), warn: (what) => warnings.push(what) },
    now,
    pause: async (ms) => {
      pauses.push(ms);
    },
  };

  return {
    ...{ ports, pictures, outputs, records, invocations, reports, failed, warnings, pauses },
    verify: (run: Partial<HookRun> = {}) =>
      verifyBeforeTraffic(ports, {
        deploymentId: run.deploymentId ?? deploymentId,
        deadline: run.deadline ?? new AbortController().signal,
        doing: run.doing ?? (() => undefined),
        setVerdict: run.setVerdict ?? (() => undefined),
      }),
  };
}

const derivations = new Map<string, Promise<Derivation>>();

/** The real derivation. The same pictures come again in every test, and the same comes of them. */
export function derivedOnce(original: Uint8Array, recipe: Recipe): Promise<Derivation> {
  const name = `${recipe.name} ${goldenPictures.findIndex(({ bytes }) => bytes === original)}`;
  const derivation = derivations.get(name) ?? derive(original, recipe, { decodeHeic });
  derivations.set(name, derivation);
  return derivation;
}

const inspections = new WeakMap<Uint8Array, Promise<Inspected>>();

function inspectedOnce(file: Uint8Array): Promise<Inspected> {
  const inspection = inspections.get(file) ?? inspect(file);
  inspections.set(file, inspection);
  return inspection;
}

const previews = new WeakMap<Uint8Array, Promise<string>>();

function shownOnce(pixels: Pixels): Promise<string> {
  const shown = previews.get(pixels.rgba) ?? preview(pixels);
  previews.set(pixels.rgba, shown);
  return shown;
}
