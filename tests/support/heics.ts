import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../fixtures/heic');

/** A picture that tests/fixtures/heic/draw.py has drawn; a new copy each time. */
export function heic(name: string): Buffer {
  return readFileSync(join(folder, `${name}.heic`));
}

/** The offsets of the contents of all boxes of a name, wherever they are. */
export function contentsOf(file: Buffer, name: string): number[] {
  const found: number[] = [];
  for (let at = file.indexOf(name); at !== -1; at = file.indexOf(name, at + 4)) found.push(at + 4);
  return found;
}

/** The file with every picture of that size (of every size, if none is given) claiming another: `ispe`. */
export function claiming(file: Buffer, width: number, height: number, of?: readonly [number, number]): Buffer {
  for (const at of contentsOf(file, 'ispe').map((start) => start + 4)) {
    if (of && (file.readUInt32BE(at) !== of[0] || file.readUInt32BE(at + 4) !== of[1])) continue;
    file.writeUInt32BE(width, at);
    file.writeUInt32BE(height, at + 4);
  }
  return file;
}

/** A box: its size, its name and its content. */
export function box(name: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8, '\0\0\0\0' + name, 'latin1');
  head.writeUInt32BE(8 + body.length);
  return Buffer.concat([head, body]);
}

/** Numbers of so many bytes each, big-endian. */
export function numbers(bytes: 1 | 2 | 4, ...values: readonly number[]): Buffer {
  const all = Buffer.alloc(bytes * values.length);
  values.forEach((value, n) => all.writeUIntBE(value, n * bytes, bytes));
  return all;
}

type MadeItem = {
  type: string;
  extents: readonly (readonly [offset: number, length: number])[];
  size?: readonly [number, number];
};

/** A file of items, numbered from 1, whose first is the primary picture. `data` lies behind the boxes; extents count from its beginning. */
export function assembled(
  items: readonly MadeItem[],
  references: readonly (readonly [type: string, from: number, ...to: number[]])[],
  data: Buffer,
): Buffer {
  const full = (version = 0): Buffer => numbers(4, version * 2 ** 24);
  const infe = items.map(({ type }, n) =>
    box('infe', full(2), numbers(2, n + 1, 0), Buffer.from(`${type}\0`, 'latin1')),
  );
  const sizes = items.map(({ size = [64, 64] }) => box('ispe', full(), numbers(4, ...size)));
  const owners = items.map((_, n) => Buffer.concat([numbers(2, n + 1), numbers(1, 1), numbers(2, n + 1)]));
  const iref = references.map(([type, from, ...to]) => box(type, numbers(2, from, to.length, ...to)));
  const head = box('ftyp', Buffer.from('heic\0\0\0\0mif1heic', 'latin1'));
  const meta = (start: number): Buffer =>
    box(
      'meta',
      full(),
      box('hdlr', full(), Buffer.from('\0\0\0\0pict', 'latin1'), Buffer.alloc(13)),
      box('pitm', full(), numbers(2, 1)),
      box('iinf', full(), numbers(2, items.length), ...infe),
      box(
        'iloc',
        full(),
        numbers(1, 0x44, 0),
        numbers(2, items.length),
        ...items.map(({ extents }, n) =>
          Buffer.concat([
            numbers(2, n + 1, 0, extents.length),
            ...extents.map(([offset, length]) => numbers(4, start + offset, length)),
          ]),
        ),
      ),
      box('iprp', box('ipco', ...sizes), box('ipma', numbers(4, 1), numbers(4, items.length), ...owners)),
      box('iref', full(), ...iref),
    );
  const start = head.length + meta(0).length + 8;
  return Buffer.concat([head, meta(start), box('mdat', data)]);
}

/** What a grid says of itself: how many tiles, and how large they are together. */
export function grid(rows: number, columns: number, width: number, height: number): Buffer {
  return Buffer.concat([numbers(1, 0, 1, rows - 1, columns - 1), numbers(4, width, height)]);
}
