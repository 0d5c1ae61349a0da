import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BuildError } from './build-error.ts';
import { installedDependencies, readManifest } from './dependencies.ts';
import type { InstalledPackage } from './contents.ts';

const run = promisify(execFile);

/**
 * Installs what `folder`'s package.json needs into `scratch`, with npm and from its registry: for this machine, whatever platform an
 * .npmrc there names. Throws BuildError with what npm says.
 */
export async function npmInstall(
  logicalId: string,
  folder: string,
  { scratch, useCi }: { scratch: string; useCi: boolean },
): Promise<InstalledPackage[]> {
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  const copied = ['package.json', 'package-lock.json', '.npmrc'].filter((name) => existsSync(join(folder, name)));
  for (const name of copied) await cp(join(folder, name), join(scratch, name));
  await writeFile(join(scratch, 'package.json'), await manifestElsewhere(folder));
  // A lock file that was made for one platform does not know the packages of this one.
  const forOnePlatform =
    copied.includes('.npmrc') && /^(os|cpu|libc)\s*=/m.test(await readFile(join(scratch, '.npmrc'), 'utf8'));
  const command = useCi && !forOnePlatform ? ['ci'] : ['install', '--no-package-lock'];
  const options = [
    '--omit=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    // Packages in folders are copied, not linked.
    '--install-links',
    `--os=${process.platform}`,
    `--cpu=${process.arch}`,
  ];
  try {
    await run('npm', [...command, ...options], { cwd: scratch, shell: process.platform === 'win32' });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new BuildError(
      `${logicalId}: npm could not install what ${join(folder, 'package.json')} needs:\n${said.trim()}`,
    );
  }
  return (await installedDependencies(scratch, scratch, { justInstalled: true })) ?? [];
}

/** The package.json of a folder, for another place: packages that it names by a relative path are still found. */
async function manifestElsewhere(folder: string): Promise<string> {
  const manifest = (await readManifest(folder)) ?? {};
  const absolute = (names: Record<string, string> = {}): Record<string, string> =>
    Object.fromEntries(
      Object.entries(names).map(([name, range]) => [
        name,
        range.startsWith('file:') ? `file:${resolve(folder, range.slice('file:'.length))}` : range,
      ]),
    );
  const { dependencies, optionalDependencies } = manifest;
  return JSON.stringify({
    ...manifest,
    ...(dependencies && { dependencies: absolute(dependencies) }),
    ...(optionalDependencies && { optionalDependencies: absolute(optionalDependencies) }),
  });
}
