import type { Colours } from '../to-srgb.ts';
import { boxesIn, cursorIn, MalformedBoxError, type Box } from './boxes.ts';
import type { HeifFile, Item } from './items.ts';

/** What the boxes of a HEIC say, before one pixel is decoded. Sizes are pixels, upright. */
export type HeicHeader = {
  /** The item to decode. */
  item: number;
  width: number;
  height: number;
  /** Of all the tiles, and of the transparency. */
  decodedPixels: number;
  icc?: Buffer;
  colours?: Colours;
  exif?: Buffer;
};

/** Items that are made of others: a grid of tiles, the same picture turned, an overlay, a base picture with a gain map. */
const derived: ReadonlySet<string> = new Set(['grid', 'iden', 'iovl', 'tmap']);

/** How deep a picture may be made of others. Phones need one level, for the grid. */
const DEEPEST = 4;

const alphaTypes: ReadonlySet<string> = new Set([
  'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha',
  'urn:mpeg:hevc:2015:auxid:1',
]);

/**
 * How the pixels of the primary picture are compressed: its own type, or that of its first tile; undefined where there is no
 * such picture.
 */
export function codecOf(heif: HeifFile): string | undefined {
  try {
    return treeOf(heif, basePicture(heif)).find(({ type }) => !derived.has(type))?.type;
  } catch (error) {
    if (error instanceof MalformedBoxError) return undefined;
    throw error;
  }
}

/**
 * Reads what a decoder must know, and checks that everything it will read is in the file: libheif decodes half a grid without an
 * error, and leaves the other tiles blank.
 * @throws MalformedBoxError when the file is cut off, or contradicts itself.
 */
export function readHeader(file: Buffer, heif: HeifFile): HeicHeader {
  const base = basePicture(heif);
  const tree = treeOf(heif, base);
  const decoded = [...tree, ...alphaOf(file, heif, tree)];
  refuseCutOff(file, decoded);
  const leaves = decoded.filter(({ type }) => !derived.has(type));
  const foreign = leaves.find(({ type }) => type !== 'hvc1');
  if (foreign) throw new MalformedBoxError(`a part of it is of the type ${foreign.type}`);
  const pixels = leaves.reduce((sum, leaf) => sum + area(storedSize(file, leaf)), 0);
  for (const item of decoded) if (item.type === 'grid') checkGrid(file, heif, item);

  const boxes = tree.flatMap(({ properties }) => properties.filter(({ name }) => name === 'colr'));
  const icc = boxes.map((box) => iccIn(file, box)).find((profile) => profile !== undefined);
  const colours = boxes.map((box) => nclxIn(file, box)).find((numbers) => numbers !== undefined);
  const exif = exifOf(file, heif, base);
  return {
    item: base.id,
    ...uprightSize(file, base),
    decodedPixels: pixels,
    ...(icc && { icc }),
    ...(colours && { colours }),
    ...(exif && { exif }),
  };
}

/** A tone map is for brighter screens than most. What every screen can show is the picture that it starts from: its first part. */
function basePicture(heif: HeifFile): Item {
  const primary = itemWith(heif, heif.primary);
  if (primary.type !== 'tmap') return primary;
  const [base] = partsOf(heif, primary);
  if (base === undefined) throw new MalformedBoxError('a tone map has no base picture');
  return base;
}

function itemWith({ items }: HeifFile, id: number): Item {
  const item = items.get(id);
  if (item === undefined) throw new MalformedBoxError(`there is no item ${id}`);
  return item;
}

function partsOf(heif: HeifFile, { id }: Item): Item[] {
  return heif.references
    .filter(({ type, from }) => type === 'dimg' && from === id)
    .flatMap(({ to }) => to.map((part) => itemWith(heif, part)));
}

/** The item, and all that it is made of. */
function treeOf(heif: HeifFile, item: Item, depth = 0): Item[] {
  if (!derived.has(item.type)) return [item];
  if (depth >= DEEPEST)
    throw new MalformedBoxError(`it is made of pictures that are made of pictures, ${DEEPEST} times`);
  const tree = [item];
  for (const part of partsOf(heif, item)) {
    tree.push(...treeOf(heif, part, depth + 1));
    if (tree.length > heif.items.size) throw new MalformedBoxError('it uses a part of itself more than once');
  }
  return tree;
}

/** The pictures that say how transparent those of a tree are. Gain maps and depths are auxiliary pictures too, and are not needed. */
function alphaOf(file: Buffer, heif: HeifFile, tree: readonly Item[]): Item[] {
  const ids = new Set(tree.map(({ id }) => id));
  return heif.references
    .filter(({ type, to }) => type === 'auxl' && to.some((id) => ids.has(id)))
    .map(({ from }) => itemWith(heif, from))
    .filter(({ properties }) =>
      properties.some((box) => box.name === 'auxC' && alphaTypes.has(auxiliaryType(file, box))),
    )
    .flatMap((item) => treeOf(heif, item));
}

function auxiliaryType(file: Buffer, { start, end }: Box): string {
  const [type = ''] = file.toString('latin1', start + 4, Math.min(end, start + 104)).split('\0');
  return type;
}

function refuseCutOff(file: Buffer, items: readonly Item[]): void {
  for (const { name, end } of boxesIn(file, 0, file.length)) {
    if (name === 'mdat' && end > file.length) throw new MalformedBoxError('the file is cut off');
  }
  let bytes = 0;
  for (const { id, type, extents } of items) {
    if (extents.length === 0 && type !== 'iden') throw new MalformedBoxError(`item ${id} is not in the file`);
    for (const { start, end } of extents) {
      if (end > file.length) throw new MalformedBoxError(`item ${id} reaches beyond the end of the file`);
      bytes += end - start;
    }
  }
  // Else a megabyte that is used a thousand times becomes a gigabyte.
  if (bytes > file.length) throw new MalformedBoxError('its parts are longer than the file');
}

type Size = { width: number; height: number };

function area({ width, height }: Size): number {
  return width * height;
}

/** As stored, before any turn. */
function storedSize(file: Buffer, { id, properties }: Item): Size {
  const box = properties.find(({ name }) => name === 'ispe');
  if (box === undefined) throw new MalformedBoxError(`item ${id} has no size`);
  const { uint } = cursorIn(file, box);
  uint(4);
  return { width: uint(4), height: uint(4) };
}

/** Turned and cropped in the order of its properties, as ISO/IEC 23008-12 has it. */
function uprightSize(file: Buffer, item: Item): Size {
  let size = storedSize(file, item);
  for (const box of item.properties) {
    const { uint } = cursorIn(file, box);
    if (box.name === 'irot' && uint(1) % 2 === 1) size = { width: size.height, height: size.width };
    if (box.name === 'clap') {
      const [width, height] = [uint(4) / uint(4), uint(4) / uint(4)];
      size = { width: Math.floor(Math.min(width, size.width)), height: Math.floor(Math.min(height, size.height)) };
    }
  }
  if (!(size.width >= 1 && size.height >= 1)) throw new MalformedBoxError('it has no pixels');
  return size;
}

/** A grid says for itself how large it is: it must have as many tiles as that takes, and no more. */
function checkGrid(file: Buffer, heif: HeifFile, grid: Item): void {
  const [extent] = grid.extents;
  if (extent === undefined) throw new MalformedBoxError('a grid says nothing of its tiles');
  const { uint } = cursorIn(file, extent);
  uint(1);
  const sideBytes = (uint(1) & 1) === 1 ? 4 : 2;
  const [rows, columns] = [uint(1) + 1, uint(1) + 1];
  const [width, height] = [uint(sideBytes), uint(sideBytes)];
  const own = storedSize(file, grid);
  if (width !== own.width || height !== own.height) throw new MalformedBoxError('a grid has two different sizes');
  const tiles = partsOf(heif, grid);
  if (tiles.length !== rows * columns) {
    throw new MalformedBoxError(`a grid of ${rows * columns} tiles has ${tiles.length}`);
  }
  for (const tile of tiles) {
    const { width: across, height: down } = storedSize(file, tile);
    if (across * columns < width || down * rows < height) throw new MalformedBoxError('its tiles do not fill the grid');
  }
}

function iccIn(file: Buffer, box: Box): Buffer | undefined {
  const type = file.toString('latin1', box.start, box.start + 4);
  return type === 'prof' || type === 'rICC' ? file.subarray(box.start + 4, box.end) : undefined;
}

/** The decoder sees to the matrix and the range, which come behind these two. */
function nclxIn(file: Buffer, box: Box): Colours | undefined {
  const { uint, text } = cursorIn(file, box);
  return text(4) === 'nclx' ? { primaries: uint(2), transfer: uint(2) } : undefined;
}

/** The EXIF block that describes the picture. One that is not whole is left out: it is not the picture. */
function exifOf(file: Buffer, heif: HeifFile, base: Item): Buffer | undefined {
  const describing = heif.references.filter(({ type, to }) => type === 'cdsc' && to.includes(base.id));
  const item = describing.map(({ from }) => heif.items.get(from)).find((one) => one?.type === 'Exif');
  const [extent, ...more] = item?.extents ?? [];
  if (extent === undefined || more.length > 0 || extent.end > file.length || extent.end - extent.start < 4) {
    return undefined;
  }
  // The item begins with the number of bytes to skip.
  return file.subarray(extent.start + 4 + file.readUInt32BE(extent.start), extent.end);
}
