import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { refusedUrl } from '../images/freshen.ts';
import type { Item } from '../images/item.ts';
import { sizesOf, srcsetOf } from '../images/pictures.ts';
import type { LivingImage } from '../api/types.ts';
import { flying } from './flying.ts';
import { askPlaceholder, placeholderNow } from './placeholders.ts';

/** Keys of items whose thumbnail this page has shown: it is in the browser's cache, and needs no fading in. */
const seen = new Set<string>();

type Props = { item: Item; image: LivingImage | undefined; preview: string | undefined; size: number };

/** What a tile shows: the thumbhash or the browser's own copy, until the thumbnail has come and is opaque. */
export function Picture({ item, image, preview, size }: Props) {
  const wasSeen = useRef(seen.has(item.key));
  const asked = useRef(false);
  const refused = useRef<string>(undefined);
  const img = useRef<HTMLImageElement>(null);
  const [sharp, setSharp] = useState(wasSeen.current);
  const [covered, setCovered] = useState(wasSeen.current);

  const outputs = image?.outputs ?? [];
  const source = image?.status === 'ready' && (asked.current || !flying.value) ? srcsetOf(outputs) : undefined;
  asked.current ||= source !== undefined;
  const placeholder = usePlaceholder(covered || preview !== undefined ? undefined : image?.placeholder);

  useLayoutEffect(() => {
    // From the browser's cache: it is there with the tile.
    if (img.current?.complete === true && img.current.naturalWidth > 0 && preview === undefined) show(true);
  }, [source?.src]);

  function show(atOnce: boolean): void {
    seen.add(item.key);
    setSharp(true);
    if (atOnce) {
      wasSeen.current = true;
      setCovered(true);
    }
  }
  function cover(): void {
    setCovered(true);
    if (preview !== undefined) {
      URL.revokeObjectURL(preview);
      item.preview.value = undefined;
    }
  }
  function fail(): void {
    if (refused.current === source?.src || !navigator.onLine) return;
    refused.current = source?.src;
    refusedUrl(item);
  }
  return (
    <>
      {!covered && placeholder && <img class="placeholder" src={placeholder} alt="" />}
      {!covered && preview && <img class="preview" src={preview} alt="" />}
      {source && (
        <img
          ref={img}
          class={wasSeen.current ? 'thumbnail' : sharp ? 'thumbnail sharp' : 'thumbnail coming'}
          sizes={sizesOf(outputs, size)}
          srcset={source.srcset}
          src={source.src}
          alt=""
          decoding="async"
          draggable={false}
          onLoad={() => show(false)}
          onError={fail}
          onTransitionEnd={cover}
        />
      )}
    </>
  );
}

function usePlaceholder(hash: string | undefined): string | undefined {
  const [, rendered] = useState('');
  const url = hash === undefined ? undefined : placeholderNow(hash);
  useLayoutEffect(() => (hash === undefined || url !== undefined ? undefined : askPlaceholder(hash, rendered)), [hash]);
  return url;
}
