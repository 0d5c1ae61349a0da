/** Where a key leads from the `n`th tile; undefined for keys that lead nowhere. */
export function stepOf(key: string, n: number, columns: number, rowsOnScreen: number): number | undefined {
  const page = columns * Math.max(1, rowsOnScreen);
  switch (key) {
    case 'ArrowRight':
      return n + 1;
    case 'ArrowLeft':
      return n - 1;
    case 'ArrowDown':
      return n + columns;
    case 'ArrowUp':
      return n - columns;
    case 'PageDown':
      return n + page;
    case 'PageUp':
      return n - page;
    case 'Home':
      return 0;
    case 'End':
      return Infinity;
    default:
      return undefined;
  }
}
