import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ofType, readTemplate, repository, resource } from './template.ts';

type Manifest = { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> };
type Lock = {
  packages: Record<
    string,
    { version?: string; os?: string[]; cpu?: string[]; libc?: string[]; integrity?: string; optional?: true }
  >;
};

const rootLock = read('package-lock.json') as Lock;
const installed = rootLock.packages['node_modules/sharp']?.version;

const layers = [
  {
    layer: 'SharpLayer',
    folder: 'layers/sharp',
    cpu: 'none',
    architectures: ['arm64', 'x86_64'],
    manifest: { dependencies: { sharp: installed } },
    packages: ['@img/colour', 'detect-libc', 'semver', 'sharp'],
  },
  native({ layer: 'SharpArm64Layer', architecture: 'arm64', cpu: 'arm64' }),
  native({ layer: 'SharpX86Layer', architecture: 'x86_64', cpu: 'x64' }),
];

describe.each(layers)('$layer', ({ layer, folder, cpu, architectures, manifest, packages }) => {
  const lock = read(`${folder}/package-lock.json`) as Lock;
  const { Properties, Metadata } = resource(readTemplate(), layer, 'AWS::Serverless::LayerVersion');

  test('is a plain path, which every command of the SAM CLI resolves', () => {
    expect(Properties.ContentUri).toBe(folder);
    expect(Properties.CompatibleArchitectures).toEqual(architectures);
  });

  test('is installed from its lockfile', () => {
    expect(Metadata).toMatchObject({ BuildMethod: 'nodejs24.x', BuildProperties: { UseNpmCi: true } });
  });

  test('asks for one package, in the version that tests and the local cloud run', () => {
    const { dependencies, optionalDependencies } = read(`${folder}/package.json`) as Manifest;
    expect({ ...(dependencies && { dependencies }), ...(optionalDependencies && { optionalDependencies }) }).toEqual(
      manifest,
    );
  });

  test('installs for Lambda, whatever machine builds it, and runs no script', () => {
    const npmrc = readFileSync(join(repository, folder, '.npmrc'), 'utf8').split('\n');
    expect(npmrc).toEqual(
      expect.arrayContaining(['os=linux', `cpu=${cpu}`, 'libc=glibc', 'ignore-scripts=true', 'bin-links=false']),
    );
  });

  test('brings these packages to Lambda, each the very bytes that the repository itself uses', () => {
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
    expect(chosen.map(([path]) => path.replace('node_modules/', '')).sort()).toEqual(packages);
    for (const [path, { integrity }] of chosen) {
      expect([path, integrity]).toEqual([path, rootLock.packages[path]?.integrity]);
    }
  });

  test('comes from any registry: the lockfile holds integrities and no addresses', () => {
    expect(JSON.stringify(lock)).not.toContain('"resolved"');
    for (const [path, { integrity }] of Object.entries(lock.packages))
      if (path !== '') expect(integrity).toMatch(/^sha512-/);
  });

  test('has a name of its own in every stack', () => {
    const name = folder.replace('layers/', '').replace('_', '-');
    expect(Properties.LayerName).toEqual({ 'Fn::Sub': `\${AWS::StackName}-${name}` });
  });
});

describe('a function that decodes images', () => {
  test.each(['arm64', 'x86_64'] as const)('gets sharp and the native library for %s, and no other', (architecture) => {
    const native = architecture === 'arm64' ? 'SharpArm64Layer' : 'SharpX86Layer';
    const template = readTemplate({ Architecture: architecture });
    const users = ofType(template, 'AWS::Serverless::Function').filter(([, { Properties }]) => Properties.Layers);
    expect(users.map(([id]) => id)).toEqual([
      'GenerateThumbnailsFunction',
      'GenerateRenditionsFunction',
      'VerifyBeforeTrafficFunction',
    ]);
    for (const [, { Properties }] of users) {
      expect(Properties.Layers?.slice(0, 2)).toEqual([{ Ref: 'SharpLayer' }, { Ref: native }]);
    }
  });

  test('gets a new version with every new sharp: its native library is of the version that SharpLayer asks for', () => {
    const { Properties } = resource(readTemplate(), 'SharpLayer', 'AWS::Serverless::LayerVersion');
    expect(Properties.PublishLambdaVersion).toBe(true);
    for (const { manifest } of layers) expect(Object.values(Object.values(manifest)[0] ?? {})).toEqual([installed]);
  });
});

function native({ layer, architecture, cpu }: { layer: string; architecture: string; cpu: string }) {
  return {
    layer,
    folder: `layers/sharp-${architecture}`,
    cpu,
    architectures: [architecture],
    manifest: { optionalDependencies: { [`@img/sharp-linux-${cpu}`]: installed } },
    packages: [`@img/sharp-libvips-linux-${cpu}`, `@img/sharp-linux-${cpu}`],
  };
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(repository, path), 'utf8'));
}
