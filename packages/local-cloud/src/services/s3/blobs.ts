import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, open, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Part } from './model.ts';

/** The bytes of objects, in files. What an id names never changes. */
export type Blobs = {
  write: (id: string, bytes: Uint8Array) => Promise<Part>;
  copy: (from: Part, id: string) => Promise<Part>;
  /** `end` is exclusive. Bytes that are being read stay until they are read, whoever removes them meanwhile. */
  read: (parts: readonly Part[], start: number, end: number) => Promise<Buffer>;
  remove: (parts: readonly Part[]) => void;
  /** Removes what a crash left behind: files that no object names. */
  sweep: (isNamed: (id: string) => boolean) => void;
};

/** Up to so many bytes a call to the system costs less than handing it to another thread, which is three calls and three waits for a file. */
const AT_ONCE_BYTES = 1024 * 1024;

/** Without a state folder the files lie in a temporary one, which goes when the cloud stops. */
export function openBlobs({ stateFolder, stopping }: Pick<ServiceContext, 'stateFolder' | 'stopping'>): Blobs {
  const folder =
    stateFolder === undefined ? mkdtempSync(join(tmpdir(), 'local-cloud-s3-')) : join(stateFolder, 's3', 'blobs');
  mkdirSync(folder, { recursive: true });
  if (stateFolder === undefined) {
    stopping.addEventListener('abort', () => rmSync(folder, { recursive: true, force: true }), { once: true });
  }
  const pathOf = (id: string): string => join(folder, id);
  const readers = new Map<string, number>();
  const doomed = new Set<string>();

  function unlinkUnread(id: string): void {
    if ((readers.get(id) ?? 0) > 0) doomed.add(id);
    // A file that stays behind is swept at the next start.
    else void unlink(pathOf(id)).catch(() => undefined);
  }

  function finishReading(id: string): void {
    const left = (readers.get(id) ?? 1) - 1;
    if (left > 0) readers.set(id, left);
    else {
      readers.delete(id);
      if (doomed.delete(id)) unlinkUnread(id);
    }
  }

  async function readPart(id: string, start: number, end: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(end - start);
    const read = bytes.length <= AT_ONCE_BYTES ? readAtOnce : readMeanwhile;
    if ((await read(pathOf(id), bytes, start)) === bytes.length) return bytes;
    throw new Error(`The file ${pathOf(id)} is shorter than its object.`);
  }

  return {
    write: async (id, bytes) => {
      if (bytes.length <= AT_ONCE_BYTES) writeFileSync(pathOf(id), bytes);
      else await writeFile(pathOf(id), bytes);
      return { blob: id, size: bytes.length };
    },
    copy: async (from, id) => {
      readers.set(from.blob, (readers.get(from.blob) ?? 0) + 1);
      try {
        await copyFile(pathOf(from.blob), pathOf(id));
      } finally {
        finishReading(from.blob);
      }
      return { blob: id, size: from.size };
    },
    read: async (parts, start, end) => {
      const wanted: { id: string; start: number; end: number }[] = [];
      let offset = 0;
      for (const { blob, size } of parts) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, size);
        if (from < to) wanted.push({ id: blob, start: from, end: to });
        offset += size;
      }
      for (const { id } of wanted) readers.set(id, (readers.get(id) ?? 0) + 1);
      const pieces = await Promise.all(
        wanted.map((piece) => readPart(piece.id, piece.start, piece.end).finally(() => finishReading(piece.id))),
      );
      return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
    },
    remove: (parts) => {
      for (const { blob } of parts) unlinkUnread(blob);
    },
    sweep: (isNamed) => {
      for (const id of readdirSync(folder)) if (!isNamed(id)) rmSync(pathOf(id), { force: true });
    },
  };
}

/** Fills `bytes` from the file; gives how many there were. */
function readAtOnce(path: string, bytes: Buffer, start: number): number {
  const file = openSync(path, 'r');
  try {
    return readSync(file, bytes, 0, bytes.length, start);
  } finally {
    closeSync(file);
  }
}

async function readMeanwhile(path: string, bytes: Buffer, start: number): Promise<number> {
  const file = await open(path);
  try {
    return (await file.read(bytes, 0, bytes.length, start)).bytesRead;
  } finally {
    await file.close();
  }
}
