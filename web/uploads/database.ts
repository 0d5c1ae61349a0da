/** The stored part of an upload until it has ended. `file` is stored slightly later than the rest, or not at all. */
export type KeptUpload = {
  key: string;
  /** The user's id: another user of this browser must not send it. */
  owner: string;
  tab: string;
  name: string;
  size: number;
  /** For the order in which they were added. */
  at: number;
  file?: File;
};

const STORE = 'uploads';

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('gallery', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB cannot be opened'));
  });
  return opened;
}

/** One transaction. Throws what IndexedDB has against it: QuotaExceededError where the disk, or its share, is full. */
async function run<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T> | undefined,
): Promise<T | undefined> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB has aborted a transaction'));
  });
}

export const readAll = async (): Promise<KeptUpload[]> =>
  (await run('readonly', (store) => store.getAll() as IDBRequest<KeptUpload[]>)) ?? [];

export const write = (uploads: readonly KeptUpload[]): Promise<unknown> =>
  run('readwrite', (store) => {
    for (const upload of uploads) store.put(upload);
    return undefined;
  });

export const erase = (keys: readonly string[]): Promise<unknown> =>
  run('readwrite', (store) => {
    for (const key of keys) store.delete(key);
    return undefined;
  });
