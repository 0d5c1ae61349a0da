import { readHeif } from '../../functions/shared/imaging/heic/items.ts';

/** A picture coded in AV1: the stream, and how it is configured (`av1C`). */
export type Coded = { stream: Buffer; configuration: Buffer; width: number; height: number };

/** How the colours are named in the container: numbers of ITU-T H.273. */
export type Nclx = { primaries: number; transfer: number; matrix: number; isFullRange: boolean };

/** What sharp has coded in an AVIF: the picture, or its alpha, which is monochrome. */
export function codedIn(avif: Buffer, what: 'picture' | 'alpha' = 'picture'): Coded {
  const heif = readHeif(avif);
  const items = [...(heif?.items.values() ?? [])].filter(({ type }) => type === 'av01');
  const item = items.find(({ id }) => (id === heif?.primary) === (what === 'picture'));
  const [extent] = item?.extents ?? [];
  const content = (name: string): Buffer => {
    const box = item?.properties.find((property) => property.name === name);
    if (box === undefined) throw new Error(`the AVIF has no ${name}`);
    return avif.subarray(box.start, box.end);
  };
  if (extent === undefined) throw new Error(`the AVIF has no ${what}`);
  const size = content('ispe');
  return {
    stream: avif.subarray(extent.start, extent.end),
    configuration: content('av1C'),
    width: size.readUInt32BE(4),
    height: size.readUInt32BE(8),
  };
}

/** An AVIF of one picture, which says of its colours what is asked, and nothing if nothing is. */
export function avifOf(
  coded: Coded,
  { nclx, frames = 1, quarterTurns }: { nclx?: Nclx; frames?: number; quarterTurns?: 1 | 2 | 3 } = {},
): Buffer {
  const colr =
    nclx &&
    box(
      'colr',
      text('nclx'),
      u16(nclx.primaries),
      u16(nclx.transfer),
      u16(nclx.matrix),
      u8(nclx.isFullRange ? 0x80 : 0),
    );
  const av1C = box('av1C', coded.configuration);
  const isGrey = ((coded.configuration[2] ?? 0) & 0x10) !== 0;
  const depth = ((coded.configuration[2] ?? 0) & 0x40) === 0 ? 8 : 10;
  const properties = [
    fullBox('ispe', u32(coded.width), u32(coded.height)),
    fullBox('pixi', isGrey ? Buffer.from([1, depth]) : Buffer.from([3, depth, depth, depth])),
    av1C,
    ...(colr ? [colr] : []),
  ];
  const turns = quarterTurns === undefined ? [] : [box('irot', u8(quarterTurns))];
  // A reader must know a turn (the first bit), and may pass by the rest.
  const associations = [...properties, ...turns].map((_, n) => (n + 1) | (n < properties.length ? 0 : 0x80));
  const isFilm = frames > 1;
  const ftyp = box(
    'ftyp',
    text(isFilm ? 'avis' : 'avif'),
    u32(0),
    text(isFilm ? 'avifavismsf1iso8mif1miafMA1A' : 'avifmif1miaf'),
  );
  const file = (at: number): Buffer => {
    const meta = fullBox(
      'meta',
      fullBox('hdlr', u32(0), text('pict'), Buffer.alloc(13)),
      fullBox('pitm', u16(1)),
      fullBox('iloc', u8(0x44), u8(0), u16(1), u16(1), u16(0), u16(1), u32(at), u32(coded.stream.length)),
      fullBox('iinf', u16(1), box('infe', Buffer.from([2, 0, 0, 0]), u16(1), u16(0), text('av01\0'))),
      box(
        'iprp',
        box('ipco', ...properties, ...turns),
        fullBox('ipma', u32(1), u16(1), u8(associations.length), Buffer.from(associations)),
      ),
    );
    const moov = isFilm ? filmOf(coded, frames, at, [av1C, ...(colr ? [colr] : [])]) : Buffer.alloc(0);
    return Buffer.concat([ftyp, meta, moov, box('mdat', coded.stream)]);
  };
  // The offset is part of what comes before it, and always as long.
  return file(file(0).length - coded.stream.length);
}

/** A track that shows the same picture again and again (ISO/IEC 14496-12). */
function filmOf({ stream, width, height }: Coded, frames: number, at: number, description: Buffer[]): Buffer {
  const identity = Buffer.concat([0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].map(u32));
  const repeated = <T>(part: T): T[] => Array<T>(frames).fill(part);
  const entry = box(
    'av01',
    ...[
      Buffer.alloc(6),
      u16(1),
      Buffer.alloc(16),
      u16(width),
      u16(height),
      u32(0x48_0000),
      u32(0x48_0000),
      u32(0),
      u16(1),
    ],
    ...[Buffer.alloc(32), u16(24), u16(0xffff)],
    ...description,
    fullBox('ccst', u32(0x7c00_0000)),
  );
  const table = box(
    'stbl',
    fullBox('stsd', u32(1), entry),
    fullBox('stts', u32(1), u32(frames), u32(1)),
    fullBox('stsc', u32(1), u32(1), u32(1), u32(1)),
    fullBox('stsz', u32(0), u32(frames), ...repeated(u32(stream.length))),
    fullBox('stco', u32(frames), ...repeated(u32(at))),
    fullBox('stss', u32(frames), ...repeated(0).map((_, n) => u32(n + 1))),
  );
  const media = box(
    'mdia',
    fullBox('mdhd', u32(0), u32(0), u32(10), u32(frames), u16(0x55c4), u16(0)),
    fullBox('hdlr', u32(0), text('pict'), Buffer.alloc(13)),
    box('minf', fullBox('vmhd', Buffer.alloc(8)), box('dinf', fullBox('dref', u32(1), box('url ', u32(1)))), table),
  );
  const header = [u32(0), u32(0), u32(1), u32(0), u32(frames), Buffer.alloc(8), u16(0), u16(0), u16(0), u16(0)];
  return box(
    'moov',
    fullBox(
      'mvhd',
      u32(0),
      u32(0),
      u32(10),
      u32(frames),
      u32(0x1_0000),
      u16(0x100),
      Buffer.alloc(10),
      identity,
      Buffer.alloc(24),
      u32(2),
    ),
    box('trak', fullBox('tkhd', ...header, identity, u32(width * 0x1_0000), u32(height * 0x1_0000)), media),
  );
}

/** The same picture with other colours named in the AV1 stream itself: in the sequence header (AV1 specification, 5.5.2) that sharp writes. */
export function withColoursInStream(coded: Coded, primaries: number, transfer: number, matrix: number): Coded {
  const stream = Buffer.from(coded.stream);
  const at = stream[0] === 0x12 ? 4 : 2; // behind a delimiter, and the header of the unit
  const bits = [...stream.subarray(at)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  // Profile and flags, level; how many bits width and height have, and they; tools; depth, and in profile 0 whether it is grey.
  const [across, down] = [parseInt(bits.slice(10, 14), 2) + 1, parseInt(bits.slice(14, 18), 2) + 1];
  const flag = 18 + across + down + 6 + 1 + (bits.startsWith('001') ? 0 : 1);
  if (!bits.startsWith('11', 3) || bits[flag] !== '1') throw new Error('not the sequence header that sharp writes');
  const named = [primaries, transfer, matrix].map((number) => number.toString(2).padStart(8, '0')).join('');
  const changed = bits.slice(0, flag + 1) + named + bits.slice(flag + 25);
  for (let n = 0; n < stream.length - at; n++) stream[at + n] = parseInt(changed.slice(n * 8, n * 8 + 8), 2);
  return { ...coded, stream };
}

function box(name: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), text(name), body]);
}

/** With version 0 and no flags. */
function fullBox(name: string, ...content: readonly Uint8Array[]): Buffer {
  const flags = name === 'tkhd' ? 1 : 0;
  return box(name, u32(flags), ...content);
}

function text(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}

function u8(value: number): Buffer {
  return Buffer.from([value]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
