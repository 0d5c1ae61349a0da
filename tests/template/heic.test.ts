import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ofType, readTemplate, repository, resource } from './template.ts';

type Lock = { packages: Record<string, { version?: string; integrity?: string }> };

const read = (path: string): unknown => JSON.parse(readFileSync(join(repository, path), 'utf8'));
const rootLock = read('package-lock.json') as Lock;
const lock = read('layers/heic/package-lock.json') as Lock;

test('the layer holds libheif alone, the very bytes that tests and the local cloud run', () => {
  const { version, integrity } = rootLock.packages['node_modules/libheif-js'] ?? {};
  const manifest = read('layers/heic/package.json') as { dependencies: Record<string, string> };
  expect(manifest.dependencies).toEqual({ 'libheif-js': version });
  expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/libheif-js']);
  expect(lock.packages['node_modules/libheif-js']).toMatchObject({ version, integrity });
  expect(JSON.stringify(lock)).not.toContain('"resolved"');
});

test('it is installed from its lockfile, is its own in every stack, and a new one is a new version of its functions', () => {
  const { Properties, Metadata } = resource(readTemplate(), 'HeicLayer', 'AWS::Serverless::LayerVersion');
  expect(Metadata).toMatchObject({ BuildMethod: 'nodejs24.x', BuildProperties: { UseNpmCi: true } });
  expect(Properties.LayerName).toEqual({ 'Fn::Sub': '${AWS::StackName}-heic' });
  expect(Properties.PublishLambdaVersion).toBe(true);
});

const users = ['GenerateThumbnailsFunction', 'GenerateRenditionsFunction'];

test.each(['on', 'off'])('all who ask whether HEIC is read are told: %s', (heic) => {
  const functions = ofType(readTemplate({ Heic: heic }), 'AWS::Serverless::Function');
  const told = functions.filter(([, { Properties }]) => Properties.Environment?.Variables['HEIC'] === heic);
  expect(told.map(([id]) => id)).toEqual([...users, 'ReconcileImagesFunction', 'VerifyBeforeTrafficFunction']);
});

test('both image functions name it, and no list of layers has a place without a layer: SAM would mount none locally', () => {
  const functions = ofType(readTemplate(), 'AWS::Serverless::Function');
  const given = functions.filter(([, { Properties }]) => Properties.Layers?.some(({ Ref }) => Ref === 'HeicLayer'));
  expect(given.map(([id]) => id)).toEqual(users);
  const source = readFileSync(join(repository, 'template.yaml'), 'utf8');
  const lists = source.match(/^ {6}Layers:.*\n(?: {8}- .*\n)*/gmu) ?? [];
  expect(lists).toHaveLength(3);
  expect(lists.join('')).not.toContain('NoValue');
});
