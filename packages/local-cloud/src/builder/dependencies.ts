import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { InstalledPackage } from './contents.ts';

export type Manifest = {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
};

/** The packages of a package-lock.json (version 2 or 3), by path. */
type Lock = { packages?: Record<string, { version?: string }> };

export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Manifest) : undefined;
}

/**
 * The packages that `folder`'s package.json needs, all the way down, as they are installed already around `root` (the repository): what
 * this machine needs, where a lock file may name another platform's. Undefined where one is missing there or of another version than the
 * package.json (exactly) or the lock file says: then npm must install them. What npm has just installed (`justInstalled`) is taken as it is.
 */
export async function installedDependencies(
  folder: string,
  root: string,
  { justInstalled = false }: { justInstalled?: boolean } = {},
): Promise<InstalledPackage[] | undefined> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return [];
  const lock = justInstalled ? undefined : await readLock(folder);
  const exact = lock === undefined && !justInstalled;
  const found = new Map<string, InstalledPackage>();
  const queue: { names: Record<string, string>; from: string; optional: boolean; exact: boolean }[] = [
    { names: manifest.dependencies ?? {}, from: root, optional: false, exact },
    { names: manifest.optionalDependencies ?? {}, from: root, optional: true, exact },
  ];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const [name, range] of Object.entries(next.names)) {
      const at = locate(name, next.from);
      if (at === undefined) {
        // Another platform's binary; npm leaves those out too.
        if (next.optional) continue;
        return undefined;
      }
      const path = relative(root, at).split(sep).join('/');
      if (found.has(path)) continue;
      const installed = await readManifest(at);
      const version = installed?.version ?? '';
      const locked = lock?.get(name);
      if ((locked !== undefined && !locked.has(version)) || (next.exact && range !== version)) return undefined;
      found.set(path, { name, version, from: at, path });
      queue.push({ names: installed?.dependencies ?? {}, from: at, optional: false, exact: false });
      queue.push({ names: installed?.optionalDependencies ?? {}, from: at, optional: true, exact: false });
    }
  }
  return [...found.values()];
}

/** Would Node find, from `folder`, everything that its package.json needs to run? */
export async function hasDependencies(folder: string): Promise<boolean> {
  const manifest = await readManifest(folder);
  return Object.keys(manifest?.dependencies ?? {}).every((name) => locate(name, folder) !== undefined);
}

/** Where Node would find a package from `from`. */
function locate(name: string, from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(at) === at) return undefined;
  }
}

/** The locked versions of each package name. */
async function readLock(folder: string): Promise<Map<string, Set<string>> | undefined> {
  const file = join(folder, 'package-lock.json');
  if (!existsSync(file)) return undefined;
  const { packages = {} } = JSON.parse(await readFile(file, 'utf8')) as Lock;
  const versions = new Map<string, Set<string>>();
  for (const [path, { version }] of Object.entries(packages)) {
    const name = path.split('node_modules/').at(-1);
    if (name === undefined || name === '' || version === undefined) continue;
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  return versions;
}
