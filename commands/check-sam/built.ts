import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { output } from './output.ts';
import type { Check } from './tally.ts';

export type Architecture = 'arm64' | 'x86_64';

/** The processor in a shared library's ELF header (e_machine), and what npm calls it. */
const processors: Record<Architecture, { machine: number; npm: string }> = {
  arm64: { machine: 0xb7, npm: 'arm64' },
  x86_64: { machine: 0x3e, npm: 'x64' },
};

// Lambda's limits, bytes.
const ZIPPED = 50 * 1024 ** 2;
const UNZIPPED = 250 * 1024 ** 2;

/** Checks what `sam build` left in `folder`: each function's bundle, the layers, and all against Lambda's limits. */
export async function judgeBuild(
  check: Check,
  build: { architecture: Architecture; folder: string; functions: readonly string[] },
): Promise<void> {
  const { architecture, folder } = build;
  const layer = join(folder, 'SharpLayer');
  const packages = join(layer, 'nodejs', 'node_modules');

  await check(`${architecture}: the layer holds sharp for ${architecture} and nothing else`, () => {
    const { npm } = processors[architecture];
    const expected = [
      '@img/colour',
      `@img/sharp-libvips-linux-${npm}`,
      `@img/sharp-linux-${npm}`,
      'detect-libc',
      'semver',
      'sharp',
    ];
    equal(packageNames(packages), expected, `the packages in ${packages}`);
  });
  await check(`${architecture}: every native library in the layer is ELF for ${architecture}`, () => {
    const libraries = files(packages).filter((file) => /\.(node|so)(\.|$)/.test(file));
    if (libraries.length < 2)
      throw new Error(`expected sharp's addon and libvips, found ${String(libraries.length)} libraries`);
    for (const file of libraries) equal(machine(file), processors[architecture].machine, `e_machine of ${file}`);
  });

  const heicLayer = join(folder, 'HeicLayer');
  const heicPackages = join(heicLayer, 'nodejs', 'node_modules');
  await check(`${architecture}: the layer for HEIC holds libheif-js and nothing else`, () => {
    equal(packageNames(heicPackages), ['libheif-js'], `the packages in ${heicPackages}`);
  });

  const layerSizes = [size(layer), size(heicLayer)];
  for (const name of build.functions) {
    const bundle = join(folder, logicalId(name));
    await check(`${architecture}: ${name} is one handler.js, within Lambda's limits`, () => {
      equal(readdirSync(bundle), ['handler.js'], `the files in ${bundle}`);
      const { zipped, unzipped } = size(bundle);
      atMost(zipped, ZIPPED, `${name}, zipped`);
      for (const one of layerSizes) atMost(one.zipped, ZIPPED, 'a layer, zipped');
      const layers = layerSizes.reduce((sum, one) => sum + one.unzipped, 0);
      atMost(unzipped + layers, UNZIPPED, `${name} and the layers, unzipped`);
    });
    // A bundle of the other architecture, or for another system, can be looked at but not loaded here.
    if (process.platform !== 'linux' || process.arch !== processors[architecture].npm) continue;
    await check(
      `${architecture}: ${name} loads and exports a handler, with the layers as Lambda mounts them`,
      async () => {
        const script = `console.log(typeof require(${JSON.stringify(join(bundle, 'handler.js'))}).handler)`;
        equal(
          (await output(process.execPath, ['-e', script], { env: likeLambda([packages, heicPackages]) })).trim(),
          'function',
          'handler',
        );
      },
    );
  }
}

/** What a bundle reads while it loads; the values are not used then. */
function likeLambda(packages: readonly string[]): NodeJS.ProcessEnv {
  const names = [
    'THUMBNAILS_BUCKET_NAME',
    'IMAGES_TABLE_NAME',
    'UPLOADS_BUCKET_NAME',
    'UPLOADS_TOPIC_ARN',
    'VERIFICATION_BUCKET_NAME',
    'GENERATE_THUMBNAILS_FUNCTION_NAME',
    'GENERATE_RENDITIONS_FUNCTION_NAME',
    'RENDITIONS_DEAD_LETTER_QUEUE_URL',
    'THUMBNAILS_FAILURE_QUEUE_URL',
    'POWERTOOLS_SERVICE_NAME',
  ];
  return {
    ...Object.fromEntries(names.map((name) => [name, 'check-sam'])),
    HEIC: 'on',
    NODE_PATH: packages.join(delimiter),
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_VERSION: '1',
  };
}

function logicalId(name: string): string {
  const pascal = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${pascal.join('')}Function`;
}

function packageNames(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  const scoped = names.flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  return scoped.sort();
}

/** Follows links, as the zip does: a layer that was built in its source folder links its packages. */
function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

function machine(file: string): number {
  const header = readFileSync(file).subarray(0, 20);
  if (header.toString('latin1', 0, 4) !== '\x7fELF') throw new Error(`${file} is no ELF file`);
  return header.readUInt16LE(18);
}

function size(folder: string): { zipped: number; unzipped: number } {
  if (!existsSync(folder)) return { zipped: 0, unzipped: 0 };
  const ENTRY = 200; // headers and names of one file in a zip, generously
  let zipped = 0;
  let unzipped = 0;
  for (const file of files(folder)) {
    const bytes = readFileSync(file);
    unzipped += bytes.length;
    zipped += deflateRawSync(bytes).length + ENTRY;
  }
  return { zipped, unzipped };
}

function equal(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, found ${a}`);
}

function atMost(bytes: number, limit: number, what: string): void {
  if (bytes > limit) throw new Error(`${what}: ${String(bytes)} bytes, Lambda takes at most ${String(limit)}`);
}
