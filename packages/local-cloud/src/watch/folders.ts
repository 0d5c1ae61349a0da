import { watch, type FSWatcher } from 'node:fs';

export type Folders = {
  /** Watches these folders from now on, and no others. Throws where the system lets no more be watched. */
  follow: (paths: ReadonlySet<string>) => void;
  close: () => void;
};

/** Calls `changed` when something happens right in one of the folders that it follows; what exactly is not told. */
export function watchFolders(changed: () => void): Folders {
  let watchers: FSWatcher[] = [];

  function close(all: readonly FSWatcher[]): void {
    for (const watcher of all) watcher.close();
  }

  return {
    follow: (paths) => {
      const before = watchers;
      watchers = [];
      try {
        // All anew: the system watches a folder, not its path, and a folder may have been deleted and made again.
        for (const path of paths) {
          const watcher = watch(path, changed);
          // A folder that is gone.
          watcher.on('error', changed);
          watchers.push(watcher);
        }
      } catch (cause) {
        const { code, message } = cause as NodeJS.ErrnoException;
        // Deleted a moment ago: whoever watched it until now has noticed.
        if (code === 'ENOENT') changed();
        else throw new Error(`Changes of files cannot be watched: ${message}`, { cause });
      } finally {
        close(before);
      }
    },
    close: () => {
      close(watchers);
      watchers = [];
    },
  };
}
