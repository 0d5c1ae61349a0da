import type { Reason } from './problem.ts';

export type Accepted = { maxBytes: number; types: readonly string[] };

/** Endings by type, for browsers that name no type (HEIC, in most of them). */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg', 'jfif'],
  'image/png': ['png'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/avif': ['avif'],
  'image/heic': ['heic'],
  'image/heif': ['heif'],
};

/** A first check of dropped files, so that obvious mistakes are reported immediately. The bucket and the pipeline decide in the end. */
export function objectionTo(
  file: { name: string; type: string; size: number },
  accepted: Accepted,
): Reason | undefined {
  if (file.size === 0) return 'empty';
  if (file.size > accepted.maxBytes) return 'too-large';
  if (accepted.types.includes(file.type)) return undefined;
  const ending = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? '';
  const known = accepted.types.some((type) => ENDINGS[type]?.includes(ending));
  return file.type === '' && known ? undefined : 'unsupported-type';
}

/** For a file input: types, and endings for what has none. */
export const acceptAttribute = (types: readonly string[]): string =>
  [...types, ...types.flatMap((type) => (ENDINGS[type] ?? []).map((ending) => `.${ending}`))].join(',');
