/** A larger file is rejected by HeadObject's size alone: reading it would fill the memory before the guard could check it. Bytes. */
export const MAX_ORIGINAL_BYTES = 25_000_000;

/** Why a file of this size is rejected, in words for users; undefined if it is accepted. */
export function sizeRefusal(bytes: number): string | undefined {
  if (bytes === 0) return 'the file is empty';
  if (bytes <= MAX_ORIGINAL_BYTES) return undefined;
  const megabytes = (n: number): number => Math.ceil(n / 1e5) / 10;
  return `${megabytes(bytes)} MB: a file may have at most ${megabytes(MAX_ORIGINAL_BYTES)} MB`;
}
