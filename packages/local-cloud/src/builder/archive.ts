import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { zipSync, type Zippable } from 'fflate';
import type { Contents } from './contents.ts';

/** A zip that is none, or that Lambda would not unpack. */
export class ArchiveError extends Error {}

const ENTRY = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
/** In a field that Zip64 continues elsewhere: more files or bytes than any archive of ours has. */
const ELSEWHERE = { short: 0xffff, long: 0xffffffff };
const STORED = 0;
const DEFLATED = 8;
const mode = { kind: 0o170000, link: 0o120000, executable: 0o111 };

/**
 * The files of a zip. Throws ArchiveError for what is no zip or is damaged, for names that lead out of the folder, links, and more than
 * `maximumBytes` of files; nothing is unpacked that the archive's own directory does not announce.
 */
export function filesOfArchive(
  zip: Buffer,
  maximumBytes: number,
): Pick<Contents, 'files'> & { executables: ReadonlySet<string> } {
  const files = new Map<string, Uint8Array>();
  const executables = new Set<string>();
  const entries = directory(zip).filter(({ name }) => !name.endsWith('/'));
  const announced = entries.reduce((sum, { size }) => sum + size, 0);
  if (announced > maximumBytes) throw new ArchiveError(`Unzipped size must be smaller than ${maximumBytes} bytes`);
  for (const entry of entries) {
    checkName(entry.name);
    if ((entry.mode & mode.kind) === mode.link) throw new ArchiveError(`${entry.name} is a symbolic link`);
    if (files.has(entry.name)) throw new ArchiveError(`${entry.name} is there twice`);
    files.set(entry.name, unpacked(zip, entry));
    if ((entry.mode & mode.executable) !== 0) executables.add(entry.name);
  }
  for (const name of files.keys()) {
    const parents = name.split('/').map((_part, index, parts) => parts.slice(0, index).join('/'));
    const both = parents.find((parent) => files.has(parent));
    if (both !== undefined) throw new ArchiveError(`${both} is a file and a folder`);
  }
  return { files, executables };
}

type Entry = { name: string; method: number; crc: number; packed: number; size: number; mode: number; at: number };

/** What a zip says that it holds. The directory lies at the end, before a comment of unknown length. */
function directory(zip: Buffer): Entry[] {
  const first = Math.max(0, zip.length - END_BYTES - LONGEST_COMMENT);
  let end = zip.length - END_BYTES;
  while (end >= first && zip.readUInt32LE(end) !== END) end -= 1;
  if (end < first) throw new ArchiveError('it has no end of a zip');
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (count === ELSEWHERE.short || at === ELSEWHERE.long) throw new ArchiveError('it is a Zip64 archive');
  return Array.from({ length: count }, () => {
    if (at + 46 > end || zip.readUInt32LE(at) !== ENTRY) throw new ArchiveError('its directory is damaged');
    const [flags, nameLength] = [zip.readUInt16LE(at + 8), zip.readUInt16LE(at + 28)];
    const name = zip.subarray(at + 46, at + 46 + nameLength);
    const entry = {
      // Without that flag the name is in an old code page; for the letters of ours they agree.
      name: name.toString((flags & 0x800) === 0 ? 'latin1' : 'utf8'),
      method: (flags & 1) === 0 ? zip.readUInt16LE(at + 10) : -1,
      crc: zip.readUInt32LE(at + 16),
      packed: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
      mode: zip.readUInt16LE(at + 40),
      at: zip.readUInt32LE(at + 42),
    };
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    return entry;
  });
}

function unpacked(zip: Buffer, { name, method, crc, packed, size, at }: Entry): Uint8Array {
  const damaged = (cause?: unknown): ArchiveError => new ArchiveError(`${name} is damaged`, { cause });
  if (method !== STORED && method !== DEFLATED) throw new ArchiveError(`${name} is packed in a way that is not known`);
  if (at + 30 > zip.length) throw damaged();
  const from = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  const raw = zip.subarray(from, from + packed);
  let bytes: Buffer = raw;
  if (method === DEFLATED) {
    try {
      // Not a byte more than was announced.
      bytes = inflateRawSync(raw, { maxOutputLength: Math.max(1, size) });
    } catch (cause) {
      throw damaged(cause);
    }
  }
  if (bytes.length !== size || crc32(bytes) !== crc) throw damaged();
  return bytes;
}

function checkName(name: string): void {
  const parts = name.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..') || /[\\\0]|^[A-Za-z]:/.test(name)) {
    throw new ArchiveError(`${JSON.stringify(name)} leads out of the folder`);
  }
}

/** A folder as a zip: the same bytes for the same files. */
export async function archiveOf(folder: string): Promise<Uint8Array> {
  const entries: Zippable = {};
  for (const name of (await namesOf(folder)).sort()) {
    const file = join(folder, name);
    const attributes = { os: 3, attrs: (await stat(file)).mode << 16, mtime: new Date(1980, 0, 1) };
    entries[name] = [await readFile(file), { ...attributes, level: 6 }];
  }
  return zipSync(entries);
}

/** Follows links, as packaging does: an archive has none. */
async function namesOf(folder: string, prefix = ''): Promise<string[]> {
  const names = await readdir(folder);
  const all = names.map(async (name) => {
    const path = join(folder, name);
    return (await stat(path)).isDirectory() ? namesOf(path, `${prefix}${name}/`) : [`${prefix}${name}`];
  });
  return (await Promise.all(all)).flat();
}
