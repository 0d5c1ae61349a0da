import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Artifact } from '../../src/builder/artifact.ts';
import { build } from '../../src/builder/build.ts';
import type { BuildMemory } from '../../src/builder/memory.ts';
import { createScope } from '../../src/template/scope.ts';
import { readTemplate } from '../../src/template/template.ts';

let root: string;
let memory: BuildMemory;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'incremental-'));
  memory = new Map();
  await write('shared/word.ts', `export const word = 'one';\n`);
  await write('a/handler.ts', `import { word } from '../shared/word.ts';\nexport const handler = () => word;\n`);
  await write('b/handler.ts', `export const handler = () => 'b';\n`);
  await write('layer/nodejs/tool.js', 'module.exports = 1;\n');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** As if a while ago: what is written as a build begins is rather built once too often. */
async function write(path: string, text: string, secondsAgo = 60): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  const time = new Date(Date.now() - secondsAgo * 1000);
  await utimes(file, time, time);
}

const template = (minify = false): string => `Transform: AWS::Serverless-2016-10-31
Resources:
  A: { Type: AWS::Serverless::Function, Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [handler.ts], Minify: ${String(minify)} } }, Properties: { CodeUri: a } }
  B: { Type: AWS::Serverless::Function, Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [handler.ts] } }, Properties: { CodeUri: b } }
  Layer: { Type: AWS::Serverless::LayerVersion, Properties: { ContentUri: layer } }`;

/** Builds, and gives the logical ids of what was really built, and not remembered. */
async function built(text = template()): Promise<string[]> {
  const before = new Map([...memory].map(([logicalId, { built: one }]) => [logicalId, one?.artifact]));
  const artifacts = await artifactsOf(text);
  return [...artifacts]
    .filter(([logicalId, artifact]) => artifact !== before.get(logicalId))
    .map(([name]) => name)
    .sort();
}

async function artifactsOf(text = template()): Promise<Map<string, Artifact>> {
  const read = readTemplate(text, 'template.yaml');
  const deployment = { stackName: 's', stackId: 'i', region: 'r', accountId: 'a', parameters: {} };
  return build(read, createScope(read, deployment), { root, folder: join(root, '.local'), memory });
}

test('only what a changed file belongs to is built again', async () => {
  expect(await built()).toEqual(['A', 'B', 'Layer']);
  expect(await built()).toEqual([]);
  await write('shared/word.ts', `export const word = 'two';\n`, 30);
  expect(await built()).toEqual(['A']);
  await write('layer/nodejs/more.js', 'module.exports = 2;\n', 30);
  expect(await built()).toEqual(['Layer']);
  expect(await built(template(true))).toEqual(['A']);
});

test('what decides how code is read counts as a source', async () => {
  await built();
  await write('tsconfig.json', '{ "compilerOptions": { "useDefineForClassFields": false } }\n', 30);
  expect(await built()).toEqual(['A', 'B']);
});

test('a file that is written as the build begins is not taken for built', async () => {
  // Dated ahead: who knows how soon the build begins?
  await write('b/handler.ts', `export const handler = () => 'just now';\n`, -30);
  await built();
  expect(await built()).toEqual(['B']);
});

test('what could not be built is built again, and where it lies is watched', async () => {
  await built();
  await write('a/handler.ts', 'export const handler = ;\n', 30);
  await expect(artifactsOf()).rejects.toThrow('handler.ts:1:23');
  await expect(artifactsOf()).rejects.toThrow('handler.ts:1:23');
  const sources = memory.get('A')?.sources;
  expect(sources?.folders).toContain(join(root, 'a'));
  expect(sources?.files.map((file) => relative(root, file))).toContain(join('shared', 'word.ts'));
  await write('a/handler.ts', `export const handler = () => 'mended';\n`, 20);
  expect(await built()).toEqual(['A']);
  expect(memory.get('A')?.sources.folders).toEqual([]);
});

test('an artifact that somebody deleted is built again', async () => {
  const artifact = (await artifactsOf()).get('B');
  await rm(artifact?.Folder ?? '', { recursive: true });
  expect(await built()).toEqual(['B']);
});
