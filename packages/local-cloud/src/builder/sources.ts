import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/** What a build was made from, as absolute paths. */
export type Sources = {
  files: readonly string[];
  /** All that lies below counts, and so does what is new there. */
  folders: readonly string[];
};

/** Names of what is no code, wherever it lies. */
export const notCode = new Set(['node_modules', '.git', '.aws-sam', '.local', '.npmrc', '.DS_Store']);

/** Names of what decides how code is read, in any folder above it. */
const deciding = ['package.json', 'tsconfig.json'];

/**
 * The files that a bundle was made from and those that decided how: in place of every installed package npm's own note of what is installed,
 * for a package is never edited but changes with an install.
 */
export function sourcesOf(files: readonly string[], root: string): Sources {
  const found = new Set<string>();
  const above = new Set<string>();
  for (const file of files) {
    const [before = '', ...installed] = file.split(`${sep}node_modules${sep}`);
    if (installed.length > 0) {
      found.add(join(before, 'node_modules', '.package-lock.json'));
      continue;
    }
    found.add(file);
    for (let at = dirname(file); at.startsWith(root) && !above.has(at); at = dirname(at)) above.add(at);
  }
  for (const folder of above) for (const name of deciding) found.add(join(folder, name));
  return { files: [...found].sort(), folders: [] };
}

export function together(all: Iterable<Sources>): Sources {
  const every = [...all];
  return {
    files: [...new Set(every.flatMap(({ files }) => files))].sort(),
    folders: [...new Set(every.flatMap(({ folders }) => folders))].sort(),
  };
}

/** Every folder that holds sources: where a folder is gone, the nearest one above it. */
export async function foldersOf({ files, folders }: Sources): Promise<Set<string>> {
  const found = new Set<string>();
  for (const folder of [...files.map(dirname), ...folders]) {
    let at = folder;
    while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
    found.add(at);
  }
  for (const folder of folders) {
    for (const { path, isFolder } of await below(folder)) if (isFolder) found.add(path);
  }
  return found;
}

export type State = {
  /** Equal for equal files, as far as their times and sizes tell. */
  stamp: string;
  /** Of the newest, milliseconds since the epoch. */
  newest: number;
};

/** How the sources are now. */
export async function stateOf({ files, folders }: Sources): Promise<State> {
  const listed = (await Promise.all(folders.map(below))).flat().filter(({ isFolder }) => !isFolder);
  const paths = [...new Set([...files, ...listed.map(({ path }) => path)])].sort();
  const states = await Promise.all(
    paths.map(async (path) => ({ path, found: await stat(path).catch(() => undefined) })),
  );
  return {
    stamp: states
      .map(
        ({ path, found }) => `${path}\0${found === undefined ? '' : `${String(found.mtimeMs)} ${String(found.size)}`}`,
      )
      .join('\n'),
    newest: Math.max(0, ...states.map(({ found }) => found?.mtimeMs ?? 0)),
  };
}

async function below(folder: string): Promise<{ path: string; isFolder: boolean }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries
      .filter(({ name }) => !notCode.has(name))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        const inner = entry.isDirectory() ? await below(path) : [];
        return [{ path, isFolder: entry.isDirectory() }, ...inner];
      }),
  );
  return found.flat();
}
