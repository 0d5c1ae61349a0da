import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Artifact } from './artifact.ts';
import { notCode, type Sources } from './sources.ts';

/** What an artifact is to hold. */
export type Contents = {
  /** Path in the artifact (with `/`) to its bytes. */
  files: ReadonlyMap<string, Uint8Array>;
  /** Which of them may be run as programs. */
  executables?: ReadonlySet<string>;
  /** Installed packages to copy as they are. */
  packages: readonly InstalledPackage[];
  /** What all of it was made from. */
  sources: Sources;
};

export type InstalledPackage = {
  name: string;
  version: string;
  /** Where it is installed. */
  from: string;
  /** Its path in the artifact, e.g. `nodejs/node_modules/sharp`. */
  path: string;
};

type Laid = Omit<Contents, 'sources'>;

/** A package stands in the hash by name and version: npm never gives a version two contents. */
export function hashOf({ files, executables, packages }: Laid): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${String(bytes.length)}\0`).update(bytes);
  }
  for (const line of packages.map(({ path, name, version }) => `${path}\0${name}@${version}\0`).sort())
    hash.update(line);
  for (const path of [...(executables ?? [])].sort()) hash.update(`${path}\0executable\0`);
  return hash.digest('hex');
}

/** Lays the contents down in `<folder>/<hash>`, unless they are there already from an earlier build. */
export async function layDown(contents: Laid, folder: string): Promise<Artifact> {
  const sha256 = hashOf(contents);
  const target = join(folder, sha256.slice(0, 16));
  await mkdir(folder, { recursive: true });
  // Nothing lies above /var/task on Lambda. Here a package.json further up would decide whether our files are ES modules.
  await writeFile(join(folder, 'package.json'), '{}\n');
  if (existsSync(target)) return { Folder: target, Sha256: sha256 };
  // Written beside and renamed: a build that is cut short leaves nothing that looks finished.
  const unfinished = `${target}.${String(process.pid)}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  for (const [path, bytes] of contents.files) {
    const file = join(unfinished, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes, { mode: contents.executables?.has(path) === true ? 0o755 : 0o644 });
  }
  for (const { from, path } of contents.packages) {
    // A package's own node_modules are packages of their own here.
    const nested = join(from, 'node_modules');
    await cp(from, join(unfinished, path), {
      recursive: true,
      filter: (source) => source !== nested && !source.startsWith(nested + sep),
    });
  }
  await rename(unfinished, target);
  return { Folder: target, Sha256: sha256 };
}

/**
 * The files of a folder as `sam build` takes them: without what is no code, and without installed packages, unless they are a part of what
 * is not built (`asItIs`).
 */
export async function filesOf(folder: string, prefix = '', asItIs = false): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(folder.length + 1).split(sep);
    const isLeftOut = (part: string): boolean => notCode.has(part) && !(asItIs && part === 'node_modules');
    if (path.some(isLeftOut) || basename(file).endsWith('.log')) continue;
    files.set(`${prefix}${path.join('/')}`, await readFile(file));
  }
  return files;
}
