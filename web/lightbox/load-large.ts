import type PhotoSwipe from 'photoswipe';
import type { ImageDetails } from '../api/types.ts';
import type { Item } from '../images/item.ts';
import { largeOf } from '../images/pictures.ts';
import { detailsOf } from './details-of.ts';

/** PhotoSwipe's name for what a slide shows. */
type Content = NonNullable<NonNullable<PhotoSwipe['currSlide']>['content']>;

const begun = new WeakSet<Content>();
/** What shows a rendition, or is about to. */
const enlarged = new WeakSet<Content>();

/** Loads the rendition that fills the screen: AVIF where it is as wide, else WebP; until there is one, the largest thumbnail. */
export function loadLarge(content: Content, item: Item): void {
  const image = content.element as HTMLImageElement | undefined;
  if (image === undefined || begun.has(content)) return;
  begun.add(content);
  content.state = 'loading';
  image.alt = item.name;
  void detailsOf(item.imageId.peek() ?? '').then(
    (details) => load(image, content, item, renditionsOf(details)),
    () => load(image, content, item, []),
  );
}

function load(image: HTMLImageElement, content: Content, item: Item, renditions: readonly string[]): void {
  if (enlarged.has(content)) return;
  if (renditions.length > 0) enlarged.add(content);
  const thumbnail = item.image.peek()?.outputs.at(-1)?.url ?? [];
  tryEach(image, [...renditions].concat(thumbnail), content);
}

/** Puts the rendition in the place of the thumbnail that is shown while there is none; the browser changes over when it has it. */
export function enlarge(content: Content | undefined, details: ImageDetails): void {
  const image = content?.element;
  const renditions = renditionsOf(details);
  const [url] = renditions;
  if (!(image instanceof HTMLImageElement) || content === undefined || url === undefined) return;
  if (!begun.has(content) || enlarged.has(content)) return;
  enlarged.add(content);
  if (content.state === 'loaded') image.src = url;
  else tryEach(image, renditions, content);
}

function renditionsOf({ recipes }: ImageDetails): string[] {
  const needed = Math.min(innerWidth, innerHeight * 2) * devicePixelRatio;
  const outputs = recipes.renditions?.outputs ?? [];
  const choices = [largeOf(outputs, needed, ['avif', 'webp']), largeOf(outputs, needed, ['webp'])];
  return choices.flatMap((output) => output?.url ?? []);
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
