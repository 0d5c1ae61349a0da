const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;
const PAGE_BYTES = 65_536;

/**
 * The same WebAssembly module, but its memory cannot grow beyond so many bytes: where it needs more, its allocation fails. The
 * number is in the module itself (WebAssembly Core Specification 5.5.8), written in as many bytes as the old one.
 * Throws where the module has no memory of its own with a maximum, or a smaller one.
 */
export function withBoundedMemory(module: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  const bounded = Uint8Array.from(module);
  let at = 8; // after the signature and the version
  const number = (): { value: number; start: number } => {
    const start = at;
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bounded[at++] ?? 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return { value, start };
    }
  };
  while (at < bounded.length) {
    const id = bounded[at++];
    const { value: length } = number();
    if (id !== MEMORY_SECTION) {
      at += length;
      continue;
    }
    number(); // how many memories
    const flags = bounded[at++] ?? 0;
    number(); // the minimum
    if ((flags & HAS_MAXIMUM) === 0) break;
    const { value: maximum, start } = number();
    const pages = Math.floor(bytes / PAGE_BYTES);
    if (maximum < pages) break;
    for (let n = start; n < at; n++)
      bounded[n] = (Math.floor(pages / 128 ** (n - start)) % 128) + (n < at - 1 ? 128 : 0);
    return bounded;
  }
  throw new Error(`this WebAssembly module has no memory that could be bounded to ${bytes} bytes`);
}
