import { erase, readAll, write, type KeptUpload } from './database.ts';

/** Bytes of files that are copied for the case of a reload; beyond it, only names are kept. */
const AT_MOST = 500_000_000;

export type Kept = { key: string; file: File };
export type Keeper = {
  keep: (files: readonly Kept[]) => void;
  /** It was sent, cancelled, or cannot be. */
  forget: (keys: readonly string[]) => void;
  /** The user has signed out: nothing of theirs stays. */
  forgetAll: () => Promise<void>;
};

/** Uploads that a page before this one has left: files to go on with, and the names of what the browser could not keep. */
export type Left = { files: Kept[]; lost: string[] };

const lockOf = (tab: string): string => `gallery.tab.${tab}`;

/**
 * Keeps what is to be sent in IndexedDB until it is sent. A tab holds a lock as long as it lives; who gets the lock of another tab
 * takes over what that one has left.
 */
export function createKeeper(owner: string, onLeft: (left: Left) => void): Keeper {
  const tab = crypto.randomUUID();
  void navigator.locks.request(lockOf(tab), () => new Promise<never>(() => undefined));

  const wanted = new Map<string, KeptUpload>();
  let bytes = 0;
  let work: Promise<unknown> = adopt();
  /** One thing after the other. What cannot be kept is no reason to stop: it is missed only after a reload, which says so. */
  const then = (next: () => Promise<unknown>): Promise<unknown> => {
    work = work.then(next).catch((error: unknown) => console.warn('The browser keeps no uploads:', error));
    return work;
  };

  async function adopt(): Promise<void> {
    const left = (await readAll().catch(() => [])).filter((upload) => upload.owner === owner);
    for (const other of new Set(left.map((upload) => upload.tab))) {
      if (other !== tab) void navigator.locks.request(lockOf(other), () => takeOver(other));
    }
  }

  async function takeOver(other: string): Promise<void> {
    const left = (await readAll())
      .filter((upload) => upload.owner === owner && upload.tab === other)
      .sort((a, b) => a.at - b.at);
    const kept = left.filter(({ file }) => file !== undefined).map((upload) => ({ ...upload, tab }));
    await write(kept);
    await erase(left.filter(({ file }) => file === undefined).map(({ key }) => key));
    for (const upload of kept) wanted.set(upload.key, upload);
    const lost = left.filter(({ file }) => file === undefined).map(({ name }) => name);
    if (left.length > 0) onLeft({ files: kept.flatMap(({ key, file }) => (file ? [{ key, file }] : [])), lost });
  }

  async function copy(upload: KeptUpload, file: File): Promise<void> {
    if (!wanted.has(upload.key) || bytes + file.size > AT_MOST) return;
    await write([{ ...upload, file }]);
    if (wanted.has(upload.key)) bytes += file.size;
    else await erase([upload.key]);
  }

  return {
    keep: (files) => {
      const now = Date.now() * 1000;
      const uploads = files.map(({ key, file: { name, size } }, n) => ({
        key,
        owner,
        tab,
        name,
        size,
        at: now + n,
      }));
      for (const upload of uploads) wanted.set(upload.key, upload);
      // The names first, in one go: they are what a reload must be able to tell.
      void then(() => write(uploads));
      uploads.forEach((upload, n) => {
        const file = files[n]?.file;
        if (file) void then(() => copy(upload, file));
      });
    },
    forget: (keys) => {
      const known = keys.filter((key) => wanted.delete(key));
      if (known.length > 0) void then(() => erase(known));
    },
    forgetAll: async () => {
      wanted.clear();
      await then(async () => {
        const mine = (await readAll()).filter((upload) => upload.owner === owner);
        await erase(mine.map(({ key }) => key));
      });
    },
  };
}
