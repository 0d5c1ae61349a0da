/** What may be uploaded, and the endings of file names that stand for it where a browser knows no type. The guard decides in the end. */
const endings: Readonly<Record<string, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
  'image/png': ['png'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/avif': ['avif'],
  // As an iPhone takes them. What becomes of them is the pipeline's to say, with a reason.
  'image/heic': ['heic'],
  'image/heif': ['heif'],
};

/** Other names for the same, as some systems have them. */
const aliases: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
};

export const acceptedTypes: readonly string[] = Object.keys(endings);

/** The Content-Type that an upload is signed with; undefined for what is not accepted. An empty type is settled by the name's ending. */
export function contentTypeOf(type: string, name: string): string | undefined {
  const [essence = ''] = type.toLowerCase().split(';');
  const claimed = essence.trim();
  if (claimed === '') {
    const ending = /\.([^.]+)$/u.exec(name.trim())?.[1]?.toLowerCase() ?? '';
    return acceptedTypes.find((one) => endings[one]?.includes(ending));
  }
  const known = Object.hasOwn(aliases, claimed) ? aliases[claimed] : claimed;
  return acceptedTypes.find((one) => one === known);
}
