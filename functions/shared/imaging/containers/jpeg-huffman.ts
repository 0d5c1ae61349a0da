/** A Huffman table as ITU-T T.81 decodes by it (F.2.2.3): of each length of code, 1 to 16 bits, the largest code and where its values are. */
export type Table = { largest: Int32Array; offset: Int32Array; values: Buffer };

/** Reads a DHT segment. Tables are kept by their class (0 for DC, 1 for AC) times 16, plus their number. */
export function readTables(segment: Buffer, tables: Map<number, Table>): void {
  for (let at = 4; at + 17 <= segment.length;) {
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const values = segment.subarray(at + 17, at + 17 + total);
    tables.set(segment[at] ?? 0, tableOf(counts, values));
    at += 17 + total;
  }
}

function tableOf(counts: Buffer, values: Buffer): Table {
  const [largest, offset] = [new Int32Array(17).fill(-1), new Int32Array(17)];
  let code = 0;
  let first = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] ?? 0;
    offset[length] = first - code;
    if (count > 0) largest[length] = code + count - 1;
    code = (code + count) * 2;
    first += count;
  }
  return { largest, offset, values };
}

/** Thrown if the data ends before its blocks do, or if a code has no meaning. */
export class NotDecodableError extends Error {
  override readonly name = 'NotDecodableError';
}

/** The data of one interval, bit by bit; `used` says how many of its bytes have been touched. */
export type Bits = {
  bit: () => number;
  skip: (count: number) => void;
  number: (count: number) => number;
  symbol: (table: Table) => number;
  used: () => number;
};

export function bitsOf(data: Buffer): Bits {
  let at = 0;
  let byte = 0;
  let left = 0;

  function bit(): number {
    if (left === 0) {
      if (at >= data.length) throw new NotDecodableError('the data ends too early');
      byte = data[at++] ?? 0;
      if (byte === 0xff) {
        while (data[at] === 0xff) at++;
        at++; // the 0 that marks it as data
      }
      left = 8;
    }
    return (byte >> --left) & 1;
  }

  function number(count: number): number {
    let value = 0;
    for (let n = 0; n < count; n++) value = value * 2 + bit();
    return value;
  }

  function symbol({ largest, offset, values }: Table): number {
    let code = 0;
    for (let length = 1; length <= 16; length++) {
      code = code * 2 + bit();
      if (code <= (largest[length] ?? -1)) {
        const value = values[code + (offset[length] ?? 0)];
        if (value !== undefined) return value;
      }
    }
    throw new NotDecodableError('a code that the table does not have');
  }

  return {
    bit,
    number,
    symbol,
    skip: (count) => {
      for (let n = 0; n < count; n++) bit();
    },
    used: () => Math.min(at, data.length),
  };
}
