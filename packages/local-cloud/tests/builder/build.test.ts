import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Artifact } from '../../src/builder/artifact.ts';
import { build } from '../../src/builder/build.ts';
import { createScope } from '../../src/template/scope.ts';
import { readTemplate } from '../../src/template/template.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'build-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

async function built(resources: string): Promise<Map<string, Artifact>> {
  const template = readTemplate(
    `Transform: AWS::Serverless-2016-10-31\nParameters: { Folder: { Type: String, Default: fn } }\nResources:\n  ${resources.replaceAll('\n', '\n  ')}`,
    'template.yaml',
  );
  const parameters = { Folder: 'fn' };
  const scope = createScope(template, { stackName: 's', stackId: 'i', region: 'r', accountId: 'a', parameters });
  return build(template, scope, { root, folder: join(root, '.local', 'build') });
}

async function filesIn(folder = ''): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** The processes of esbuild that this one has started, by Linux's /proc; elsewhere none. */
function esbuilds(): string[] {
  const textOf = (pid: string, file: string): string => {
    try {
      return readFileSync(join('/proc', pid, file), 'utf8');
    } catch {
      // It has ended meanwhile.
      return '';
    }
  };
  const parentOf = (pid: string): number => Number(/^PPid:\s*(\d+)/m.exec(textOf(pid, 'status'))?.[1]);
  const all = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return all.filter((pid) => parentOf(pid) === process.pid && textOf(pid, 'cmdline').includes('esbuild'));
}

const fn = (properties = '', code = '!Sub "${Folder}/"'): string => `Fn:
  Type: AWS::Serverless::Function
  Metadata:
    BuildMethod: esbuild
    BuildProperties: { EntryPoints: [handler.ts]${properties} }
  Properties: { CodeUri: ${code}, Handler: handler.handler }`;

const handler = {
  'fn/handler.ts': `import { word } from '../shared/word.ts';\nexport const handler = async (): Promise<string> => word;\n`,
  'shared/word.ts': `export const word: string = 'bundled';\n`,
};

describe('esbuild', () => {
  test('leaves no process behind, which would keep the memory that it took', async () => {
    await write(handler);
    // The tests themselves are translated by another.
    const before = esbuilds();
    await built(fn());
    expect(esbuilds().filter((pid) => !before.includes(pid))).toEqual([]);
    // And the next bundle finds another.
    expect(await filesIn((await built(fn())).get('Fn')?.Folder)).toEqual(['handler.js']);
  });

  test('bundles the entry point with all that it imports, for the handler that Lambda looks for', async () => {
    await write(handler);
    const artifact = (await built(fn())).get('Fn');
    expect(await filesIn(artifact?.Folder)).toEqual(['handler.js']);
    const code = await readFile(join(artifact?.Folder ?? '', 'handler.js'), 'utf8');
    expect(code).toContain('bundled');
    // CommonJS and minified, as `sam build` does unless told otherwise.
    expect(code).toContain('module.exports');
    expect(code.trim().split('\n')).toHaveLength(1);
  });

  test('reads the build properties as sam build does', async () => {
    await write({
      ...handler,
      'fn/handler.ts': `import sharp from 'sharp';\nexport const handler = () => [sharp, STAGE, 'x'.replaceAll('x', 'y')];\n`,
    });
    const artifact = (
      await built(
        fn(
          `, External: [sharp], Format: esm, OutExtension: ['.js=.mjs'], Minify: false, Sourcemap: true, Target: node24, MainFields: 'module,main', Define: ['STAGE="test"'], Banner: ['js=// built']`,
        ),
      )
    ).get('Fn');
    expect(await filesIn(artifact?.Folder)).toEqual(['handler.mjs', 'handler.mjs.map']);
    const code = await readFile(join(artifact?.Folder ?? '', 'handler.mjs'), 'utf8');
    expect(code).toMatch(/^\/\/ built/);
    expect(code).toContain('from "sharp"');
    expect(code).toContain('"test"');
  });

  test('takes files into the bundle by their loader, byte for byte, and builds again when one changes', async () => {
    const bytes = Buffer.from([0xff, 0xd8, 0xff, 0x00, 0x80, 0xc3, 0x28, 0x0a]);
    await write({ 'fn/handler.ts': `import picture from './golden.jpg';\nexport const bytes = picture;\n` });
    await writeFile(join(root, 'fn', 'golden.jpg'), bytes);
    const loading = fn(', Loader: [.jpg=binary, .avif=binary]');
    const first = (await built(loading)).get('Fn');
    const file = join(first?.Folder ?? '', 'handler.js');
    const script = `process.stdout.write(Buffer.from(require(${JSON.stringify(file)}).bytes).toString('base64'))`;
    expect(execFileSync(process.execPath, ['-e', script]).toString()).toBe(bytes.toString('base64'));
    await writeFile(join(root, 'fn', 'golden.jpg'), Buffer.from('another'));
    expect((await built(loading)).get('Fn')?.Sha256).not.toBe(first?.Sha256);
    await expect(built(fn(', Loader: [.png=binary]'))).rejects.toThrow('No loader is configured for ".jpg" files');
  });

  test('refuses build properties that it does not know, by name', async () => {
    await write(handler);
    await expect(built(fn(', Splitting: true, Metafile: true'))).rejects.toThrow(
      'Fn.Metadata.BuildProperties.Splitting: the local cloud does not implement this build property.\nFn.Metadata.BuildProperties.Metafile',
    );
    await expect(built(fn(', Minify: perhaps'))).rejects.toThrow('Minify: must be true or false.');
  });

  test('says where the code is wrong, with file and line, for every function at once', async () => {
    await write({
      'fn/handler.ts': `export const handler = () => {\n  return 1 +;\n};\n`,
      'other/handler.ts': `import './missing.ts';\n`,
    });
    const failing = built(`${fn()}\n${fn('', 'other/').replace('Fn:', 'Other:')}`);
    await expect(failing).rejects.toThrow(/Fn could not be built[\s\S]*Unexpected ";"[\s\S]*handler\.ts:2:12/);
    await expect(failing).rejects.toThrow(/Other could not be built[\s\S]*Could not resolve "\.\/missing\.ts"/);
  });

  test('an unchanged function has the hash and the folder that it had; a change in what it imports gives it another', async () => {
    await write(handler);
    const first = (await built(fn())).get('Fn');
    const { mtimeMs } = await stat(first?.Folder ?? '');
    const second = (await built(fn())).get('Fn');
    expect(second).toEqual(first);
    expect((await stat(second?.Folder ?? '')).mtimeMs).toBe(mtimeMs);
    await write({ 'shared/word.ts': `export const word = 'changed';\n` });
    const third = (await built(fn())).get('Fn');
    expect(third?.Sha256).not.toBe(first?.Sha256);
    // What was published from the first build goes on running from it.
    expect(existsSync(join(first?.Folder ?? '', 'handler.js'))).toBe(true);
  });
});

describe('without a bundler', () => {
  const plain = `Fn:
  Type: AWS::Serverless::Function
  Properties: { CodeUri: fn/, Handler: index.handler }`;

  test('the folder is taken as it is, with the packages that its package.json needs and no others', async () => {
    await write({
      'fn/index.js': `exports.handler = () => require('a');\n`,
      'fn/lib/helper.js': '',
      'fn/node_modules/stray/package.json': '{}',
      'fn/package.json': JSON.stringify({ dependencies: { a: '1.0.0' }, devDependencies: { c: '1.0.0' } }),
      'node_modules/a/package.json': JSON.stringify({
        name: 'a',
        version: '1.0.0',
        dependencies: { b: '^1.0.0' },
        optionalDependencies: { 'not-for-us': '1.0.0' },
      }),
      'node_modules/a/index.js': '',
      'node_modules/a/node_modules/b/package.json': JSON.stringify({ name: 'b', version: '1.2.0' }),
      'node_modules/b/package.json': JSON.stringify({ name: 'b', version: '2.0.0' }),
      'node_modules/c/package.json': JSON.stringify({ name: 'c', version: '1.0.0' }),
    });
    const artifact = (await built(plain)).get('Fn');
    expect(await filesIn(artifact?.Folder)).toEqual([
      'index.js',
      'lib/helper.js',
      'node_modules/a/index.js',
      'node_modules/a/node_modules/b/package.json',
      'node_modules/a/package.json',
      'package.json',
    ]);
  });
});

test('a function without CodeUri lies beside the template', async () => {
  await write({ 'src/handler.js': 'exports.handler = async () => 1;\n' });
  const artifact = (
    await built('Fn: { Type: AWS::Serverless::Function, Properties: { Handler: src/handler.handler } }')
  ).get('Fn');
  expect(await filesIn(artifact?.Folder)).toEqual(['src/handler.js']);
});

describe('a layer', () => {
  const layer = (metadata: string): string => `Layer:
  Type: AWS::Serverless::LayerVersion
  ${metadata}Properties: { ContentUri: layer/ }`;
  const nodejs = layer('Metadata: { BuildMethod: nodejs24.x, BuildProperties: { UseNpmCi: true } }\n  ');

  test('built for Node.js holds its dependencies where Lambda looks for them, as this machine needs them', async () => {
    await write({
      'layer/package.json': JSON.stringify({ dependencies: { native: '1.0.0' } }),
      // Locked for Lambda's platform, which is not this one's.
      'layer/package-lock.json': JSON.stringify({
        lockfileVersion: 3,
        packages: {
          '': {},
          'node_modules/native': { version: '1.0.0' },
          'node_modules/native-lambda': { version: '1.0.0' },
        },
      }),
      'layer/.npmrc': 'cpu=arm64\n',
      'node_modules/native/package.json': JSON.stringify({
        name: 'native',
        version: '1.0.0',
        optionalDependencies: { 'native-lambda': '1.0.0', 'native-here': '1.0.0' },
      }),
      'node_modules/native-here/package.json': JSON.stringify({ name: 'native-here', version: '1.0.0' }),
      'node_modules/native-here/library.node': 'binary',
    });
    const artifact = (await built(nodejs)).get('Layer');
    expect(await filesIn(artifact?.Folder)).toEqual([
      'nodejs/node_modules/native-here/library.node',
      'nodejs/node_modules/native-here/package.json',
      'nodejs/node_modules/native/package.json',
      'nodejs/package-lock.json',
      'nodejs/package.json',
    ]);
  });

  test('without a build method is its folder', async () => {
    await write({ 'layer/nodejs/node_modules/x/index.js': '', 'layer/bin/tool': 'x' });
    const artifact = (await built(layer(''))).get('Layer');
    // Installed packages too: nobody installs them again.
    expect(await filesIn(artifact?.Folder)).toEqual(['bin/tool', 'nodejs/node_modules/x/index.js']);
  });
});

test('what is not built (SkipBuild) is its folder, installed packages included, but no notes of tools', async () => {
  await write({
    'fn/index.js': '',
    'fn/node_modules/x/index.js': '',
    'fn/node_modules/x/node_modules/y/index.js': '',
    'fn/.git/HEAD': '',
    'fn/package.json': '{ "dependencies": { "x": "1.0.0" } }',
  });
  const resources = `Fn:
  Type: AWS::Serverless::Function
  Metadata: { SkipBuild: true }
  Properties: { CodeUri: fn/, Handler: index.handler }`;
  expect(await filesIn((await built(resources)).get('Fn')?.Folder)).toEqual([
    'index.js',
    'node_modules/x/index.js',
    'node_modules/x/node_modules/y/index.js',
    'package.json',
  ]);
});

describe('what cannot be built is refused by name and place', () => {
  const cases: [what: string, resources: string, message: string][] = [
    ['a folder that does not exist', fn('', 'nowhere/'), 'Fn: the folder'],
    [
      'code that lies elsewhere',
      fn('', 's3://bucket/key'),
      'CodeUri must be a folder beside the template, not "s3://bucket/key".',
    ],
    [
      'another build method',
      fn()
        .replace('BuildMethod: esbuild', 'BuildMethod: rust-cargolambda')
        .replace(/\n {4}BuildProperties.*/, ''),
      'does not implement the BuildMethod "rust-cargolambda"',
    ],
    ['no entry point', fn().replace('EntryPoints: [handler.ts]', ''), 'EntryPoints must list at least one file'],
  ];
  test.each(cases)('%s', async (_what, resources, message) => {
    await write(handler);
    await expect(built(resources)).rejects.toThrow(message);
  });
});

describe('inline code', () => {
  const codeOf = async (resource: string): Promise<string> => {
    const artifact = (await built(`Fn: ${resource}`)).get('Fn');
    expect(await filesIn(artifact?.Folder)).toEqual(['index.js']);
    return readFile(join(artifact?.Folder ?? '', 'index.js'), 'utf8');
  };

  test('is index.js, in a serverless function and in a plain one', async () => {
    expect(
      await codeOf(
        '{ Type: AWS::Serverless::Function, Properties: { InlineCode: !Sub "exports.folder = \'${Folder}\'" } }',
      ),
    ).toBe("exports.folder = 'fn'");
    expect(await codeOf('{ Type: AWS::Lambda::Function, Properties: { Code: { ZipFile: "exports.h = 1" } } }')).toBe(
      'exports.h = 1',
    );
  });

  test('knows no resources, which are made after it is built', async () => {
    await expect(codeOf('{ Type: AWS::Serverless::Function, Properties: { InlineCode: !Ref Fn } }')).rejects.toThrow(
      'Unresolved resource dependencies [Fn]',
    );
  });
});

describe('packages that are not installed', () => {
  // A package that npm can install without a registry.
  const depending = {
    'word/package.json': '{ "name": "word", "version": "1.2.3", "main": "word.js" }',
    'word/word.js': "exports.word = 'found';\n",
    'fn/package.json': '{ "dependencies": { "word": "file:../word" } }',
  };

  test('are installed for a folder that is taken as it is', async () => {
    await write({ ...depending, 'fn/handler.js': "exports.handler = async () => require('word').word;\n" });
    const artifact = (
      await built('Fn: { Type: AWS::Serverless::Function, Properties: { CodeUri: fn/, Handler: handler.handler } }')
    ).get('Fn');
    expect(await filesIn(artifact?.Folder)).toEqual([
      'handler.js',
      'node_modules/word/package.json',
      'node_modules/word/word.js',
      'package.json',
    ]);
  });

  test('are installed for the bundler', async () => {
    await write({
      ...depending,
      'fn/handler.ts': "import { word } from 'word';\nexport const handler = async (): Promise<string> => word;\n",
    });
    const artifact = (await built(fn())).get('Fn');
    expect(await readFile(join(artifact?.Folder ?? '', 'handler.js'), 'utf8')).toContain('found');
  });
});
