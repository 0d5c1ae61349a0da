/** The second byte of markers, after 0xff (ITU-T T.81, table B.1). */
export const marker = {
  temporary: 0x01,
  sequential: 0xc0,
  extendedSequential: 0xc1,
  progressive: 0xc2,
  huffmanTables: 0xc4,
  restart0: 0xd0,
  restart7: 0xd7,
  startOfImage: 0xd8,
  endOfImage: 0xd9,
  startOfScan: 0xda,
  restartInterval: 0xdd,
  app0: 0xe0,
  app15: 0xef,
  comment: 0xfe,
} as const;

/** The offset of the next marker; the file's length where there is none. Any number of 0xff may precede one. */
export function nextMarker(file: Buffer, from: number): number {
  let at = file.indexOf(0xff, from);
  while (at !== -1 && file[at + 1] === 0xff) at++;
  return at === -1 ? file.length : at;
}

/** 0xff 0x00 is data that has lost its scan. The others mean nothing outside of one. */
export function hasNoLength(code: number): boolean {
  return code === 0 || code === marker.temporary || isRestart(code);
}

export function isRestart(code: number): boolean {
  return code >= marker.restart0 && code <= marker.restart7;
}

/** The offset of the marker that ends a scan. In its data, 0xff 0x00 is a plain 0xff, and restart markers belong to it. */
export function endOfScan(file: Buffer, from: number): number {
  for (let at = file.indexOf(0xff, from); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const next = file[at + 1];
    const isData = next === undefined || next === 0 || next === 0xff || isRestart(next);
    if (!isData) return at;
  }
  return file.length;
}
