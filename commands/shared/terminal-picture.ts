import sharp from 'sharp';

/** Whether the terminal shows pictures made of 24-bit coloured half blocks. */
export function showsPictures(): boolean {
  return process.stdout.isTTY && process.stdout.getColorDepth() >= 24;
}

/** A picture as lines of text, indented. */
export async function terminalPicture(image: Uint8Array, columns = 32): Promise<string> {
  const { lines } = await halfBlocks(image, { columns });
  return lines.map((line) => `    ${line}`).join('\n');
}

/**
 * A picture as lines of text, as large as fits in a box: each character is two pixels, the upper as foreground and the lower as background
 * of `▀`. `columns` is how many characters each line shows.
 */
export async function halfBlocks(
  image: Uint8Array,
  box: { columns: number; rows?: number },
): Promise<{ lines: string[]; columns: number }> {
  const { data, info } = await sharp(image)
    .resize({ width: box.columns, fit: 'inside', ...(box.rows !== undefined && { height: box.rows * 2 }) })
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const rgb = (x: number, y: number): string => {
    const at = (Math.min(y, info.height - 1) * info.width + x) * info.channels;
    return [data[at], data[at + 1], data[at + 2]].join(';');
  };
  const lines: string[] = [];
  for (let y = 0; y < info.height; y += 2) {
    let line = '';
    for (let x = 0; x < info.width; x++) line += `\u001b[38;2;${rgb(x, y)}m\u001b[48;2;${rgb(x, y + 1)}m▀`;
    lines.push(`${line}\u001b[0m`);
  }
  return { lines, columns: info.width };
}
