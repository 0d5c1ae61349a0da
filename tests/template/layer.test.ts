import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ofType, readTemplate, repository, resource } from './template.ts';

type Manifest = { dependencies: Record<string, string>; scripts?: unknown };
type Lock = {
  packages: Record<
    string,
    { version?: string; os?: string[]; cpu?: string[]; libc?: string[]; integrity?: string; optional?: true }
  >;
};

const rootLock = read('package-lock.json') as Lock;
const installed = rootLock.packages['node_modules/sharp']?.version;

describe.each([
  { architecture: 'arm64', cpu: 'arm64' },
  { architecture: 'x86_64', cpu: 'x64' },
])('the layer for $architecture', ({ architecture, cpu }) => {
  const folder = `layers/sharp/${architecture}`;
  const lock = read(`${folder}/package-lock.json`) as Lock;
  const npmrc = readFileSync(join(repository, folder, '.npmrc'), 'utf8').split('\n');

  test('is what the parameter Architecture chooses', () => {
    const { ContentUri, CompatibleArchitectures } = resource(
      readTemplate({ Architecture: architecture }),
      'SharpLayer',
      'AWS::Serverless::LayerVersion',
    ).Properties;
    expect((ContentUri as { 'Fn::Sub': string })['Fn::Sub'].replace('${Architecture}', architecture)).toBe(folder);
    expect(CompatibleArchitectures).toEqual([architecture]);
  });

  test('holds sharp alone, in the version that tests and the local cloud run', () => {
    expect((read(`${folder}/package.json`) as Manifest).dependencies).toEqual({ sharp: installed });
    expect(lock.packages['node_modules/sharp']?.version).toBe(installed);
  });

  test('installs for Lambda, whatever machine builds it, and runs no script', () => {
    expect(npmrc).toEqual(
      expect.arrayContaining(['os=linux', `cpu=${cpu}`, 'libc=glibc', 'ignore-scripts=true', 'bin-links=false']),
    );
  });

  test('brings six packages to Lambda, each the very bytes that the repository itself uses', () => {
    const chosen = Object.entries(lock.packages).filter(
      ([path, { os, cpu: cpus, libc }]) =>
        path !== '' &&
        (os?.includes('linux') ?? true) &&
        (cpus?.includes(cpu) ?? true) &&
        (libc?.includes('glibc') ?? true) &&
        !path.includes('wasm32') &&
        !path.includes('emnapi') &&
        !path.includes('tslib'),
    );
    expect(chosen.map(([path]) => path.replace('node_modules/', '')).sort()).toEqual([
      '@img/colour',
      `@img/sharp-libvips-linux-${cpu}`,
      `@img/sharp-linux-${cpu}`,
      'detect-libc',
      'semver',
      'sharp',
    ]);
    for (const [path, { integrity }] of chosen) {
      expect([path, integrity]).toEqual([path, rootLock.packages[path]?.integrity]);
    }
  });

  test('comes from any registry: the lockfile holds integrities and no addresses', () => {
    expect(JSON.stringify(lock)).not.toContain('"resolved"');
    for (const [path, { integrity }] of Object.entries(lock.packages))
      if (path !== '') expect(integrity).toMatch(/^sha512-/);
  });
});

describe('SharpLayer', () => {
  const { Properties: layer, Metadata } = resource(readTemplate(), 'SharpLayer', 'AWS::Serverless::LayerVersion');

  test('is installed from its lockfile', () => {
    expect(Metadata).toMatchObject({ BuildMethod: 'nodejs24.x', BuildProperties: { UseNpmCi: true } });
  });

  test('publishes new versions of its functions when it changes, and is its own in every stack', () => {
    expect(layer.PublishLambdaVersion).toBe(true);
    expect(layer.LayerName).toEqual({ 'Fn::Sub': '${AWS::StackName}-sharp' });
  });

  test('is used by the functions that decode images, and by no other', () => {
    const users = ofType(readTemplate(), 'AWS::Serverless::Function').filter(([, { Properties }]) =>
      Properties.Layers?.some(({ Ref }) => Ref === 'SharpLayer'),
    );
    expect(users.map(([id]) => id)).toEqual([
      'GenerateThumbnailsFunction',
      'GenerateRenditionsFunction',
      'VerifyBeforeTrafficFunction',
    ]);
  });
});

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(repository, path), 'utf8'));
}
