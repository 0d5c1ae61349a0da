import { boxesIn, cursorIn, findBox, MalformedBoxError, type Box } from './boxes.ts';

/** Part of a file that belongs to an item: offsets in bytes. `end` may be beyond the end of the file. */
export type Extent = { start: number; end: number };

/** A picture, a tile of one, or a note about one (ISO/IEC 23008-12). */
export type Item = {
  id: number;
  /** `hvc1`, `av01`, `grid`, `Exif`, … */
  type: string;
  extents: readonly Extent[];
  /** In their order, as far as they are known boxes. */
  properties: readonly Box[];
};

/** By what an item refers to others: `dimg` (it is made of them), `auxl` (it is an auxiliary picture of them), `cdsc` (it describes them). */
export type Reference = { type: string; from: number; to: readonly number[] };

export type HeifFile = {
  primary: number;
  /** Where the file says which item that is. */
  primaryAt: Extent;
  items: ReadonlyMap<number, Item>;
  references: readonly Reference[];
};

/** libheif's own limit. A picture of 48 megapixels in tiles of 512 pixels has some 200 items. */
const MOST_ITEMS = 1_000;
/** Of properties, and of one item's parts: real files have less than ten for each picture. */
const MOST_PROPERTIES = 10_000;
const MOST_EXTENTS = 10_000;

/**
 * The items of a file of the HEIF family; undefined where it has no `meta` box, or none that names a primary picture.
 * @throws MalformedBoxError when what it says contradicts itself, or there is too much of it.
 */
export function readHeif(file: Buffer): HeifFile | undefined {
  if (file.toString('latin1', 4, 8) !== 'ftyp') return undefined;
  const meta = findBox(file, 'meta', 0, file.length);
  if (meta === undefined) return undefined;
  // `meta` is a full box: version and flags come first.
  const within = (name: string): Box | undefined => findBox(file, name, meta.start + 4, meta.end);
  const [pitm, iinf, iloc, iprp, iref] = ['pitm', 'iinf', 'iloc', 'iprp', 'iref'].map(within);
  if (!pitm || !iinf || !iloc || pitm.end - pitm.start < 6) return undefined;
  const types = readTypes(file, iinf);
  const extents = readExtents(file, iloc, within('idat'));
  const properties = iprp ? readProperties(file, iprp) : new Map<number, Box[]>();
  const items = [...types].map(
    ([id, type]) => [id, { id, type, extents: extents.get(id) ?? [], properties: properties.get(id) ?? [] }] as const,
  );
  const primaryAt = {
    start: pitm.start + 4,
    end: pitm.start + 4 + (pitm.end - pitm.start < 8 || file[pitm.start] === 0 ? 2 : 4),
  };
  return {
    primary: cursorIn(file, primaryAt).uint(primaryAt.end - primaryAt.start),
    primaryAt,
    items: new Map(items),
    references: iref ? readReferences(file, iref) : [],
  };
}

/** The same file with another primary picture. */
export function withPrimary(file: Buffer, { primaryAt: { start, end } }: HeifFile, id: number): Buffer {
  const changed = Buffer.from(file);
  changed.writeUIntBE(id, start, end - start);
  return changed;
}

function readTypes(file: Buffer, { start, end }: Box): Map<number, string> {
  const types = new Map<number, string>();
  for (const entry of boxesIn(file, start + (file[start] === 0 ? 6 : 8), end)) {
    if (entry.name !== 'infe' || entry.end > end) continue;
    const { uint, text } = cursorIn(file, entry);
    const version = uint(1);
    uint(3);
    if (version < 2) continue; // an older kind, without a type
    const id = uint(version === 2 ? 2 : 4);
    uint(2); // protection
    types.set(id, text(4));
    if (types.size > MOST_ITEMS) throw new MalformedBoxError(`more than ${MOST_ITEMS} items`);
  }
  return types;
}

function readExtents(file: Buffer, box: Box, idat: Box | undefined): Map<number, Extent[]> {
  const { uint } = cursorIn(file, box);
  const version = uint(1);
  uint(3);
  const [offsetAndLength, baseAndIndex] = [uint(1), uint(1)];
  const [offsetBytes, lengthBytes] = [offsetAndLength >> 4, offsetAndLength & 15];
  const [baseBytes, indexBytes] = [baseAndIndex >> 4, version === 0 ? 0 : baseAndIndex & 15];
  if ([offsetBytes, lengthBytes, baseBytes, indexBytes].some((bytes) => bytes !== 0 && bytes !== 4 && bytes !== 8)) {
    throw new MalformedBoxError('offsets are neither of 4 nor of 8 bytes');
  }
  const all = new Map<number, Extent[]>();
  let total = 0;
  for (let items = uint(version < 2 ? 2 : 4); items > 0; items--) {
    const id = uint(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : uint(2) & 15;
    uint(2); // in which file: this one
    const base = uint(baseBytes);
    const extents: Extent[] = [];
    for (let count = uint(2); count > 0; count--) {
      uint(indexBytes);
      const [offset, length] = [uint(offsetBytes), uint(lengthBytes)];
      extents.push(locate(file, idat, method, base + offset, length));
      if (++total > MOST_EXTENTS) throw new MalformedBoxError(`more than ${MOST_EXTENTS} extents`);
    }
    all.set(id, extents);
  }
  return all;
}

/** Method 0 counts from the beginning of the file, 1 from that of the box `idat`. A length of 0 is the rest. */
function locate(file: Buffer, idat: Box | undefined, method: number, offset: number, length: number): Extent {
  if (method > 1) throw new MalformedBoxError('an item is part of another item');
  const whole = method === 0 ? { start: 0, end: file.length } : idat;
  if (whole === undefined) throw new MalformedBoxError('an item is in a box that does not exist');
  const start = whole.start + offset;
  const end = length === 0 ? whole.end : start + length;
  // What goes beyond its box is as incomplete as what goes beyond the file.
  return { start, end: end > whole.end ? Infinity : end };
}

function readProperties(file: Buffer, { start, end }: Box): Map<number, Box[]> {
  const ipco = findBox(file, 'ipco', start, end);
  const boxes: Box[] = [];
  for (const box of ipco ? boxesIn(file, ipco.start, ipco.end) : []) {
    if (ipco === undefined || box.end > ipco.end) throw new MalformedBoxError('a property goes beyond its box');
    if (boxes.push(box) > MOST_PROPERTIES) throw new MalformedBoxError(`more than ${MOST_PROPERTIES} properties`);
  }
  const byItem = new Map<number, Box[]>();
  for (const ipma of boxesIn(file, start, end)) {
    if (ipma.name !== 'ipma' || ipma.end > end) continue;
    const { uint } = cursorIn(file, ipma);
    const version = uint(1);
    const hasLongIndices = (uint(3) & 1) === 1;
    for (let entries = uint(4); entries > 0; entries--) {
      const id = uint(version === 0 ? 2 : 4);
      const own = byItem.get(id) ?? [];
      for (let count = uint(1); count > 0; count--) {
        // The first bit says whether a reader must know this property.
        const index = hasLongIndices ? uint(2) & 0x7fff : uint(1) & 0x7f;
        const property = boxes[index - 1];
        if (property) own.push(property);
      }
      byItem.set(id, own);
      if (byItem.size > MOST_ITEMS) throw new MalformedBoxError(`properties of more than ${MOST_ITEMS} items`);
    }
  }
  return byItem;
}

function readReferences(file: Buffer, { start, end }: Box): Reference[] {
  const idBytes = file[start] === 0 ? 2 : 4;
  const references: Reference[] = [];
  for (const box of boxesIn(file, start + 4, end)) {
    if (box.end > end) throw new MalformedBoxError('a reference goes beyond its box');
    const { uint } = cursorIn(file, box);
    const from = uint(idBytes);
    const to = Array.from({ length: uint(2) }, () => uint(idBytes));
    references.push({ type: box.name, from, to });
    if (references.length > MOST_ITEMS) throw new MalformedBoxError(`more than ${MOST_ITEMS} references`);
  }
  return references;
}
