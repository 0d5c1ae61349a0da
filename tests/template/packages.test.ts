import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { build, type Format, type Loader } from 'esbuild';
import { ensurePage } from '../support/page-json.ts';
import { gallery, ofType, readTemplate, repository, root } from './template.ts';

// Lambda's limits, bytes.
const ZIPPED = 50 * 1024 ** 2;
const UNZIPPED = 250 * 1024 ** 2;
// A cold start reads and compiles the bundle, and INIT is billed: this is a budget of ours.
const BUNDLE = 2 * 1024 ** 2;

const functions = [root, gallery].flatMap((file) => ofType(readTemplate({}, file), 'AWS::Serverless::Function'));
const packed = [...sharpPackages('sharp')].flatMap((name) => files(join(repository, 'node_modules', name)));
const layer = { zipped: sum(packed, zipped), unzipped: sum(packed, (bytes) => bytes.length) };

beforeAll(ensurePage);

describe.each(functions)('%s', (_, { Properties, Metadata }) => {
  test('is a small bundle, and with its layer within the limits of Lambda', async () => {
    const code = await bundle(Properties.CodeUri?.replace(/^\.\.\//, '') ?? '', Metadata?.BuildProperties ?? {});
    expect(code.length).toBeLessThan(BUNDLE);
    const layers = Properties.Layers ? layer : { zipped: 0, unzipped: 0 };
    expect(zipped(code) + layers.zipped).toBeLessThan(ZIPPED);
    expect(code.length + layers.unzipped).toBeLessThan(UNZIPPED);
    // What is left out must be in the layer.
    expect(code.toString('utf8').includes('require("sharp")')).toBe(Properties.Layers !== undefined);
  });
});

/** As `sam build` calls esbuild: its options are the template's, in camel case. */
async function bundle(codeUri: string, properties: Record<string, unknown>): Promise<Buffer> {
  const { outputFiles } = await build({
    absWorkingDir: join(repository, codeUri),
    entryPoints: properties['EntryPoints'] as string[],
    external: properties['External'] as string[],
    format: properties['Format'] as Format,
    mainFields: (properties['MainFields'] as string).split(','),
    minify: properties['Minify'] as boolean,
    target: properties['Target'] as string,
    loader: Object.fromEntries(
      ((properties['Loader'] ?? []) as string[]).map((pair) => pair.split('=') as [string, Loader]),
    ),
    bundle: true,
    platform: 'node',
    outdir: 'out',
    write: false,
    logLevel: 'silent',
  });
  expect(outputFiles.map(({ path }) => path.endsWith('handler.js'))).toEqual([true]);
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

/** A package and what it depends on, as npm installed it here. */
function sharpPackages(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  const manifest = join(repository, 'node_modules', name, 'package.json');
  if (!statSync(manifest, { throwIfNoEntry: false })) return found; // the native library of another platform
  found.add(name);
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >;
  for (const inner of Object.keys({ ...dependencies, ...optionalDependencies })) sharpPackages(inner, found);
  return found;
}

function files(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

function zipped(bytes: Buffer): number {
  return deflateRawSync(bytes).length;
}

function sum(all: readonly Buffer[], size: (one: Buffer) => number): number {
  return all.reduce((total, one) => total + size(one), 0);
}
