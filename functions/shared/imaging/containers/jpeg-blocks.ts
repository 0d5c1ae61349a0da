import type { Frame } from './jpeg-frame.ts';
import { bitsOf, NotDecodableError, type Bits, type Table } from './jpeg-huffman.ts';

/** What a scan holds: coefficients `first` to `last` of these components, coded by the tables of these numbers. */
export type ScanHeader = {
  components: readonly { id: number; dc: number; ac: number }[];
  first: number;
  last: number;
  isRefinement: boolean;
};

/** The restart intervals of a scan, to be read in their order: the bytes that one takes; undefined where it does not decode. */
export type Intervals = { blocks: number; count: number; read: (data: Buffer) => number | undefined };

/** A component in blocks of 8 x 8: `across` and `down` cover the picture, `stride` and `rows` are what is stored with its neighbours. */
type Plane = { h: number; v: number; across: number; down: number; stride: number; rows: number };

/**
 * Reads the blocks of a JPEG's scans, Huffman-coded, only to see where they end. Of a progressive one it remembers which coefficients
 * are not zero: a later scan has one more bit for each of them. Undefined for a scan that makes no sense.
 */
export function blockReader(
  frame: Frame,
): (scan: ScanHeader, tables: ReadonlyMap<number, Table>, restartInterval: number) => Intervals | undefined {
  const most = {
    h: Math.max(...frame.components.map(({ h }) => h)),
    v: Math.max(...frame.components.map(({ v }) => v)),
  };
  const unitsAcross = Math.ceil(frame.width / (8 * most.h));
  const unitsDown = Math.ceil(frame.height / (8 * most.v));
  const planes = new Map<number, Plane>();
  for (const { id, h, v } of frame.components) {
    const across = Math.ceil(Math.ceil((frame.width * h) / most.h) / 8);
    const down = Math.ceil(Math.ceil((frame.height * v) / most.v) / 8);
    planes.set(id, { h, v, across, down, stride: unitsAcross * h, rows: unitsDown * v });
  }
  const nonZeros = new Map<number, Uint8Array>();

  return (scan, tables, restartInterval) => {
    const parts = scan.components.map(({ id, dc, ac }) => ({
      plane: planes.get(id),
      dc: tables.get(dc),
      ac: tables.get(16 + ac),
    }));
    const [only] = parts;
    const isInterleaved = parts.length > 1;
    if (only?.plane === undefined || parts.some(({ plane }) => plane === undefined)) return undefined;
    const units = isInterleaved ? unitsAcross * unitsDown : only.plane.across * only.plane.down;
    const blocksOfUnit = isInterleaved
      ? parts.reduce((sum, { plane }) => sum + (plane?.h ?? 0) * (plane?.v ?? 0), 0)
      : 1;
    const blocks = units * blocksOfUnit;
    const perInterval = restartInterval === 0 ? units : restartInterval;
    const count = Math.ceil(units / perInterval);
    let unit = 0;
    const history = frame.isProgressive && scan.first > 0 ? historyOf(scan.components[0]?.id ?? 0, units) : undefined;
    if (frame.isProgressive && scan.first > 0 && isInterleaved) return undefined;

    function read(data: Buffer): number | undefined {
      const bits = bitsOf(data);
      const end = Math.min(unit + perInterval, units);
      try {
        if (history) readBand(bits, scan, only?.ac, history, unit, end);
        else for (let n = unit; n < end; n++) readUnit(bits);
      } catch (error) {
        if (error instanceof NotDecodableError) return undefined;
        throw error;
      }
      unit = end;
      return bits.used();
    }

    function readUnit(bits: Bits): void {
      for (const { plane, dc, ac } of parts) {
        const inUnit = isInterleaved ? (plane?.h ?? 0) * (plane?.v ?? 0) : 1;
        for (let n = 0; n < inUnit; n++) {
          if (frame.isProgressive && scan.isRefinement) bits.bit();
          else bits.skip(bits.symbol(dc ?? missing()));
          if (!frame.isProgressive) readCoefficients(bits, ac ?? missing());
        }
      }
    }
    return { blocks, count, read };
  };

  function historyOf(id: number, units: number): Uint8Array {
    const known = nonZeros.get(id) ?? new Uint8Array(units * 8);
    nonZeros.set(id, known);
    return known;
  }
}

function missing(): never {
  throw new NotDecodableError('a scan names a table that there is not');
}

/** ITU-T T.81, F.2.2.2: how many zeros come before a coefficient, and how many bits it has. */
function readCoefficients(bits: Bits, table: Table): void {
  for (let k = 1; k < 64; k++) {
    const symbol = bits.symbol(table);
    if (symbol === 0xf0) k += 15;
    else if ((symbol & 15) === 0) return;
    else {
      k += symbol >> 4;
      bits.skip(symbol & 15);
    }
  }
}

/** ITU-T T.81, G.1.2.2 and G.1.2.3: a band of a progressive JPEG, where one symbol can end many blocks. */
function readBand(
  bits: Bits,
  { first, last, isRefinement }: ScanHeader,
  table: Table = missing(),
  history: Uint8Array,
  from: number,
  to: number,
): void {
  let ended = 0;
  for (let block = from; block < to; block++) {
    const start = block * 64;
    let k = first;
    while (ended === 0 && k <= last) {
      const symbol = bits.symbol(table);
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size === 0 && run < 15) {
        ended = 2 ** run + bits.number(run);
        break;
      }
      if (isRefinement) {
        if (size > 0) bits.bit(); // its sign
        // Zeros are counted; what is not zero already gets its next bit.
        for (let zeros = run; k <= last; k++) {
          if (isSet(history, start + k)) bits.bit();
          else if (zeros-- === 0) break;
        }
      } else {
        k += run;
        bits.skip(size);
      }
      if (size > 0 && k <= last) set(history, start + k);
      k++;
    }
    if (ended === 0) continue;
    if (isRefinement) for (; k <= last; k++) if (isSet(history, start + k)) bits.bit();
    ended--;
  }
}

/** The history has one bit for each coefficient. */
function isSet(history: Uint8Array, at: number): boolean {
  return ((history[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
}

function set(history: Uint8Array, at: number): void {
  history[at >> 3] = (history[at >> 3] ?? 0) | (1 << (at & 7));
}
