const TAIL_BYTES = 4096;

/** Keeps the last 4 KB of an invocation's log, which `Invoke` can answer with. */
export function tailOf(): { add: (line: string) => void; text: () => string } {
  let lines: string[] = [];
  let length = 0;
  return {
    add: (line) => {
      const kept = line.slice(-TAIL_BYTES);
      lines.push(kept);
      length += kept.length + 1;
      if (length > 16 * TAIL_BYTES) {
        lines = [lines.join('\n').slice(-TAIL_BYTES)];
        length = TAIL_BYTES;
      }
    },
    text: () => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      return bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES)).toString('utf8');
    },
  };
}
