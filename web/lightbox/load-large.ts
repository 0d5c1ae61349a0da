import type PhotoSwipe from 'photoswipe';
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

async function addresses(item: Item): Promise<string[]> {
  const thumbnail = item.image.peek()?.outputs.at(-1)?.url;
  const needed = Math.min(innerWidth, innerHeight * 2) * devicePixelRatio;
  try {
    const { recipes } = await detailsOf(item.imageId.peek() ?? '');
    const outputs = recipes.renditions?.outputs ?? [];
    const choices = [largeOf(outputs, needed, ['avif', 'webp']), largeOf(outputs, needed, ['webp'])];
    return [...choices.map((output) => output?.url), thumbnail].filter((url) => url !== undefined);
  } catch {
    return thumbnail === undefined ? [] : [thumbnail];
  }
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
