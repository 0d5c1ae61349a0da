/** The accepted Content-Types, and the file extensions that imply them if a browser knows no type. The guard makes the final decision. */
const endings: Readonly<Record<string, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
  'image/png': ['png'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/avif': ['avif'],
  // Photos from an iPhone. The pipeline accepts or rejects them, with a reason.
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

/** The Content-Type that an upload is signed with; undefined if it is not accepted. The file extension decides about an empty type. */
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
