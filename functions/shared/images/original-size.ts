/** What is larger is refused by HeadObject's size alone: reading it would fill the memory before a guard could look at it. Bytes. */
export const MAX_ORIGINAL_BYTES = 25_000_000;

/** Why a file of this size is refused, in words for a person; undefined where it is not. */
export function sizeRefusal(bytes: number): string | undefined {
  if (bytes === 0) return 'the file is empty';
  if (bytes <= MAX_ORIGINAL_BYTES) return undefined;
  const megabytes = (n: number): number => Math.ceil(n / 1e5) / 10;
  return `${megabytes(bytes)} MB: a file may have at most ${megabytes(MAX_ORIGINAL_BYTES)} MB`;
}
