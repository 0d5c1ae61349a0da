import { cp } from 'node:fs/promises';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { output } from './output.ts';
import type { Check } from './tally.ts';

export type Architecture = 'arm64' | 'x86_64';

/** The processor in a shared library's ELF header (e_machine), what npm calls it, and the layer with it. */
const processors: Record<Architecture, { machine: number; npm: string; layer: string }> = {
  arm64: { machine: 0xb7, npm: 'arm64', layer: 'SharpArm64Layer' },
  x86_64: { machine: 0x3e, npm: 'x64', layer: 'SharpX86Layer' },
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
  const { npm, layer: native } = processors[architecture];
  const layers = [join(folder, 'SharpLayer'), join(folder, native)] as const;
  const [common, libraryPackages] = layers.map((layer) => join(layer, 'nodejs', 'node_modules')) as [string, string];

  await check(
    `${architecture}: the layers hold sharp and its native library for ${architecture}, and nothing else`,
    () => {
      equal(packageNames(common), ['@img/colour', 'detect-libc', 'semver', 'sharp'], `the packages in ${common}`);
      const expected = [`@img/sharp-libvips-linux-${npm}`, `@img/sharp-linux-${npm}`];
      equal(packageNames(libraryPackages), expected, `the packages in ${libraryPackages}`);
    },
  );
  await check(`${architecture}: every native library in the layers is ELF for ${architecture}`, () => {
    const libraries = layers.flatMap(files).filter((file) => /\.(node|so)(\.|$)/.test(file));
    if (libraries.length < 2)
      throw new Error(`expected sharp's addon and libvips, found ${String(libraries.length)} libraries`);
    for (const file of libraries) equal(machine(file), processors[architecture].machine, `e_machine of ${file}`);
  });

  await check(`${architecture}: the layer for HEIC holds libheif-js and nothing else`, () => {
    const packages = join(folder, 'HeicLayer', 'nodejs', 'node_modules');
    equal(packageNames(packages), ['libheif-js'], `the packages in ${packages}`);
  });

  const mounted = await mount([...layers, join(folder, 'HeicLayer')], join(folder, 'mounted'));
  await check(`${architecture}: libheif loads from the layer as Lambda mounts it, in WebAssembly`, async () => {
    const script = `
      const path = require('node:module').createRequire('/index.js').resolve('libheif-js/libheif-wasm/libheif.js');
      const wasmBinary = require('node:fs').readFileSync(path.replace(/js$/, 'wasm'));
      console.log(path, typeof require(path)({ wasmBinary })._heif_decode_image);`;
    // At the root: the repository's own packages cannot be found from there.
    const found = await output(process.execPath, ['-e', script], { cwd: '/', env: likeLambda(mounted) });
    equal(found.trim(), `${join(mounted, 'libheif-js', 'libheif-wasm', 'libheif.js')} function`, 'libheif');
  });
  const layerSize = size(mounted);
  for (const name of build.functions) {
    const bundle = bundleOf(folder, logicalId(name));
    await check(`${architecture}: ${name} is one handler.js, within Lambda's limits`, () => {
      equal(readdirSync(bundle), ['handler.js'], `the files in ${bundle}`);
      const { zipped, unzipped } = size(bundle);
      atMost(zipped, ZIPPED, `${name}, zipped`);
      atMost(layerSize.zipped, ZIPPED, 'the layers, zipped');
      atMost(unzipped + layerSize.unzipped, UNZIPPED, `${name} and the layers, unzipped`);
    });
    // A bundle of the other architecture, or for another system, can be looked at but not loaded here.
    if (process.platform !== 'linux' || process.arch !== processors[architecture].npm) continue;
    await check(
      `${architecture}: ${name} loads and exports a handler, with the layers as Lambda mounts them`,
      async () => {
        const script = `console.log(typeof require(${JSON.stringify(join(bundle, 'handler.js'))}).handler)`;
        equal(
          (await output(process.execPath, ['-e', script], { env: likeLambda(mounted) })).trim(),
          'function',
          'handler',
        );
      },
    );
  }
}

/** Copies layers into one folder, the later ones over the earlier ones, as Lambda mounts them under /opt. */
async function mount(layers: readonly string[], folder: string): Promise<string> {
  for (const layer of layers) await cp(layer, folder, { recursive: true, dereference: true });
  return join(folder, 'nodejs', 'node_modules');
}

/** Functions of a nested stack are built in the folder of that stack. */
function bundleOf(folder: string, functionId: string): string {
  const nested = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'template.yaml')));
  const candidates = [folder, ...nested.map((name) => join(folder, name))].map((at) => join(at, functionId));
  return candidates.find((candidate) => existsSync(candidate)) ?? join(folder, functionId);
}

/** What a bundle reads while it loads; the values are not used then. */
function likeLambda(packages: string): NodeJS.ProcessEnv {
  const names = [
    'THUMBNAILS_BUCKET_NAME',
    'IMAGES_TABLE_NAME',
    'UPLOADS_BUCKET_NAME',
    'UPLOADS_TOPIC_ARN',
    'VERIFICATION_BUCKET_NAME',
    'GENERATE_THUMBNAILS_FUNCTION_NAME',
    'GENERATE_RENDITIONS_FUNCTION_NAME',
    'RECONCILE_IMAGES_FUNCTION_NAME',
    'DEPLOYMENT_APPLICATION_NAME',
    'RENDITIONS_DEAD_LETTER_QUEUE_URL',
    'THUMBNAILS_FAILURE_QUEUE_URL',
    'UPLOADS_BUCKET_DOMAIN_NAME',
    'THUMBNAILS_BUCKET_DOMAIN_NAME',
    'USER_POOL_ID',
    'USER_POOL_ISSUER',
    'USER_POOL_CLIENT_ID',
    'CURSOR_KEY',
    ...['ADMIT_MEMBER', 'CREATE_UPLOAD', 'LIST_IMAGES', 'GET_IMAGE', 'DELETE_IMAGE', 'SERVE_GALLERY'].map(
      (name) => `${name}_FUNCTION_NAME`,
    ),
    'POWERTOOLS_SERVICE_NAME',
  ];
  return {
    ...Object.fromEntries(names.map((name) => [name, 'check-sam'])),
    HEIC: 'on',
    NODE_PATH: packages,
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
