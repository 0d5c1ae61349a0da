import type PhotoSwipe from 'photoswipe';
import type { ImageDetails } from '../api/types.ts';
import type { Item } from '../images/item.ts';
import { largeOf } from '../images/pictures.ts';
import { detailsOf } from './details-of.ts';

/** PhotoSwipe's name for what a slide shows. */
type Content = NonNullable<NonNullable<PhotoSwipe['currSlide']>['content']>;

const begun = new WeakSet<Content>();

/** Loads the rendition that fills the screen: AVIF where it is as wide, else WebP; until there is one, the largest thumbnail. */
export function loadLarge(content: Content, item: Item): void {
  const image = content.element as HTMLImageElement | undefined;
  if (image === undefined || begun.has(content)) return;
  begun.add(content);
  content.state = 'loading';
  image.alt = item.name;
  void addresses(item).then((urls) => tryEach(image, urls, content));
}

/** Puts the rendition in the place of the thumbnail that was shown while there was none; the browser changes over when it has it. */
export function enlarge(content: Content | undefined, details: ImageDetails): void {
  const image = content?.element;
  if (!(image instanceof HTMLImageElement) || content?.state !== 'loaded') return;
  const [url] = renditionsOf(details);
  const isThumbnail = details.recipes.thumbnails?.outputs.some((output) => output.url === image.src);
  if (url !== undefined && isThumbnail === true) image.src = url;
}

function renditionsOf({ recipes }: ImageDetails): string[] {
  const needed = Math.min(innerWidth, innerHeight * 2) * devicePixelRatio;
  const outputs = recipes.renditions?.outputs ?? [];
  const choices = [largeOf(outputs, needed, ['avif', 'webp']), largeOf(outputs, needed, ['webp'])];
  return choices.flatMap((output) => output?.url ?? []);
}

async function addresses(item: Item): Promise<string[]> {
  const thumbnail = item.image.peek()?.outputs.at(-1)?.url;
  const details = await detailsOf(item.imageId.peek() ?? '').catch(() => undefined);
  return [...(details === undefined ? [] : renditionsOf(details)), thumbnail].filter((url) => url !== undefined);
}

function tryEach(image: HTMLImageElement, [url, ...others]: string[], content: Content): void {
  if (url === undefined) {
    content.onError();
    return;
  }
  image.onload = () => content.onLoaded();
  image.onerror = () => tryEach(image, others, content);
  image.src = url;
}
