import { thumbHashToDataURL } from 'thumbhash';

/** ms of a frame that decoding may take. */
const BUDGET = 4;

const known = new Map<string, string>();
const waiting = new Map<string, ((url: string) => void)[]>();
let scheduled = false;

export const placeholderNow = (hash: string): string | undefined => known.get(hash);

/** Decodes a thumbhash when there is time: forty at once would hold the first frames up. Returns how to forget about it. */
export function askPlaceholder(hash: string, show: (url: string) => void): () => void {
  const shows = waiting.get(hash) ?? [];
  waiting.set(hash, [...shows, show]);
  if (!scheduled) {
    scheduled = true;
    setTimeout(decodeSome);
  }
  return () => {
    const left = (waiting.get(hash) ?? []).filter((other) => other !== show);
    if (left.length > 0) waiting.set(hash, left);
    else waiting.delete(hash);
  };
}

function decodeSome(): void {
  const end = performance.now() + BUDGET;
  for (const [hash, shows] of waiting) {
    waiting.delete(hash);
    const url = decode(hash);
    for (const show of shows) show(url);
    if (performance.now() > end) break;
  }
  scheduled = waiting.size > 0;
  if (scheduled) setTimeout(decodeSome);
}

function decode(hash: string): string {
  // A few thousand short texts; the oldest go first.
  if (known.size > 2_000) known.delete(known.keys().next().value ?? '');
  let url = '';
  try {
    url = thumbHashToDataURL(Uint8Array.from(atob(hash), (character) => character.charCodeAt(0)));
  } catch {
    // Not a thumbhash: the colour alone will do.
  }
  known.set(hash, url);
  return url;
}
