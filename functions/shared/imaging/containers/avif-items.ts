/** A box of the ISO base media format: its name, and where its content lies in the file. */
type Box = { name: string; start: number; end: number };

/** The boxes between two offsets; ends where they make no sense any more. */
function* boxesIn(file: Buffer, start: number, end: number): Generator<Box> {
  for (let at = start; at + 8 <= end;) {
    const size = file.readUInt32BE(at);
    const name = file.toString('latin1', at + 4, at + 8);
    const boxEnd = size === 0 ? end : at + size;
    if (boxEnd < at + 8 || boxEnd > end) return;
    yield { name, start: at + 8, end: boxEnd };
    at = boxEnd;
  }
}

function findBox(file: Buffer, name: string, start: number, end: number): Box | undefined {
  for (const box of boxesIn(file, start, end)) if (box.name === name) return box;
  return undefined;
}

/** The EXIF block of an AVIF; undefined where it has none, or stores it in an unusual way. */
export function exifItem(file: Buffer): Buffer | undefined {
  const meta = findBox(file, 'meta', 0, file.length);
  if (meta === undefined) return undefined;
  const [start, end] = [meta.start + 4, meta.end];
  const items = findBox(file, 'iinf', start, end);
  const locations = findBox(file, 'iloc', start, end);
  const id = items && exifItemId(file, items);
  const location = id !== undefined && locations ? locate(file, locations, id) : undefined;
  const base = location?.isInFile ? 0 : findBox(file, 'idat', start, end)?.start;
  if (location === undefined || base === undefined) return undefined;
  const item = file.subarray(base + location.offset, base + location.offset + location.length);
  // The item begins with the number of bytes to skip.
  return item.length < 4 ? undefined : item.subarray(4 + item.readUInt32BE(0));
}

function exifItemId(file: Buffer, { start, end }: Box): number | undefined {
  const entries = start + (file[start] === 0 ? 6 : 8);
  for (const entry of boxesIn(file, entries, end)) {
    const hasLongId = (file[entry.start] ?? 0) >= 3;
    const type = entry.start + 4 + (hasLongId ? 6 : 4);
    if (entry.name !== 'infe' || file.toString('latin1', type, type + 4) !== 'Exif') continue;
    return hasLongId ? file.readUInt32BE(entry.start + 4) : file.readUInt16BE(entry.start + 4);
  }
  return undefined;
}

type Location = { isInFile: boolean; offset: number; length: number };

/** Where an item of one extent lies. The widths of the fields, 0, 4 or 8 bytes, are themselves in the box. */
function locate(file: Buffer, { start, end }: Box, wanted: number): Location | undefined {
  let at = start;
  const read = (bytes: number): number => {
    at += bytes;
    if (at > end || bytes === 0) return 0;
    return bytes === 8 ? Number(file.readBigUInt64BE(at - 8)) : file.readUIntBE(at - bytes, bytes);
  };
  const version = read(1);
  read(3);
  const [offsetAndLength, baseAndIndex] = [read(1), read(1)];
  const [offsetBytes, lengthBytes] = [offsetAndLength >> 4, offsetAndLength & 15];
  const [baseBytes, indexBytes] = [baseAndIndex >> 4, version === 0 ? 0 : baseAndIndex & 15];
  if ([offsetBytes, lengthBytes, baseBytes, indexBytes].some((bytes) => bytes !== 0 && bytes !== 4 && bytes !== 8))
    return undefined;
  const idBytes = version < 2 ? 2 : 4;
  for (let items = read(idBytes); items > 0 && at < end; items--) {
    const id = read(idBytes);
    const method = version === 0 ? 0 : read(2) & 15;
    read(2);
    const base = read(baseBytes);
    const extents = read(2);
    if (id !== wanted) {
      at += extents * (indexBytes + offsetBytes + lengthBytes);
      continue;
    }
    read(indexBytes);
    const [offset, length] = [read(offsetBytes), read(lengthBytes)];
    return extents === 1 && method < 2 && at <= end
      ? { isInFile: method === 0, offset: base + offset, length }
      : undefined;
  }
  return undefined;
}
