import { render } from 'preact';
import PhotoSwipe, { type SlideData } from 'photoswipe';
import type { Item } from '../images/item.ts';
import { focusTile } from '../grid/focus.ts';
import { reasonOf, words } from '../words/language.ts';
import { DetailsPanel } from './details-panel.tsx';
import { followDetails } from './details-of.ts';
import { enlarge, loadLarge } from './load-large.ts';

export type Open = {
  /** What can be leafed through. */
  list: readonly Item[];
  item: Item;
  thumbnailOf: (key: string) => HTMLElement | null;
  reveal: (key: string) => void;
  remove: (item: Item) => void;
};

/** CSS pixels of the details beside the picture, and from which width of the window they have room there. */
const PANEL = 340;
const WIDE = 900;
/** Otherwise they cover the lower part of the window, of this share (as in lightbox.css). */
const SHEET = 0.56;
/** Width of the largest rendition, pixels: more would only be blown up. */
const LARGEST = 2048;

const DETAILS = '<circle cx="16" cy="16" r="9.5"/><path d="M16 15v6m0-10v.5" stroke-linecap="round"/>';
const DELETE = '<path d="M10 11h12l-1 14H11zM8 9h16M13 9V7h6v2"/>';

let panelOpen = false;

/** Shows a picture as large as the window, the others beside it, and what is known of it. */
export function openLightbox({ list, item, thumbnailOf, reveal, remove }: Open): void {
  const w = words.peek();
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const pswp = new PhotoSwipe({
    index: Math.max(0, list.indexOf(item)),
    dataSource: [],
    bgOpacity: 1,
    loop: false,
    wheelToZoom: true,
    showHideAnimationType: calm ? 'none' : 'zoom',
    showAnimationDuration: 260,
    hideAnimationDuration: 220,
    preload: [1, 1],
    mainClass: panelOpen ? 'lightbox with-panel' : 'lightbox',
    closeTitle: w.close,
    zoomTitle: w.zoom,
    arrowPrevTitle: w.previous,
    arrowNextTitle: w.next,
    padding: { top: 56, bottom: 24, left: 0, right: 0 },
    getViewportSizeFn: () => {
      const beside = panelOpen && innerWidth >= WIDE ? PANEL : 0;
      const below = panelOpen && innerWidth < WIDE ? innerHeight * SHEET : 0;
      return { x: innerWidth - beside, y: innerHeight - below };
    },
  });
  const at = (index: number): Item => list[index] ?? item;

  pswp.addFilter('numItems', () => list.length);
  pswp.addFilter('itemData', (_, index) => slideOf(at(index), thumbnailOf(at(index).key)));
  pswp.addFilter('thumbEl', (element, _, index) => thumbnailOf(at(index).key) ?? (element as HTMLElement));
  pswp.addFilter('placeholderSrc', (src, { data }) => data.msrc ?? src);
  pswp.on('contentLoad', (event) => {
    if (event.content.type !== 'reason') return;
    event.preventDefault();
    const element = document.createElement('p');
    element.className = 'pswp__reason';
    const reason = reasonOf(at(event.content.index).image.peek()?.reason);
    element.textContent = reason.text;
    element.lang = reason.lang;
    event.content.element = element;
  });
  pswp.on('contentLoadImage', (event) => {
    event.preventDefault();
    loadLarge(event.content, at(event.content.index));
  });
  let stopFollowing = (): void => undefined;
  pswp.on('change', () => {
    stopFollowing();
    const current = at(pswp.currIndex);
    stopFollowing = followDetails(current.imageId.peek() ?? '', (details) => {
      if (details !== undefined) enlarge(pswp.currSlide?.content, details);
    });
  });
  // What was asked of the layout while the picture was still growing out of its tile.
  pswp.on('openingAnimationEnd', () => pswp.updateSize(true));
  pswp.on('uiRegister', () => {
    const button = { isButton: true, appendTo: 'bar', order: 9 } as const;
    const icon = (inner: string) => ({ isCustomSVG: true, inner: `<g class="stroked">${inner}</g>`, size: 32 });
    pswp.ui?.registerElement({
      ...button,
      name: 'details',
      title: w.details,
      ariaLabel: w.details,
      html: icon(DETAILS),
      onInit: (element) => element.setAttribute('aria-expanded', String(panelOpen)),
      onClick: (_, element) => togglePanel(element),
    });
    pswp.ui?.registerElement({
      ...button,
      name: 'remove',
      title: w.delete,
      ariaLabel: w.delete,
      html: icon(DELETE),
      onClick: () => {
        const gone = at(pswp.currIndex);
        pswp.close();
        remove(gone);
      },
    });
    pswp.ui?.registerElement({
      name: 'panel',
      isButton: false,
      appendTo: 'root',
      onInit: (element) => {
        const show = () => render(panelOpen ? <DetailsPanel item={at(pswp.currIndex)} /> : null, element);
        pswp.on('change', () => {
          show();
          reveal(at(pswp.currIndex).key);
        });
        pswp.on('resize', show);
        pswp.on('destroy', () => render(null, element));
      },
    });
  });
  function togglePanel(button: HTMLElement): void {
    panelOpen = !panelOpen;
    button.setAttribute('aria-expanded', String(panelOpen));
    pswp.element?.classList.toggle('with-panel', panelOpen);
    pswp.updateSize(true);
  }
  pswp.on('keydown', ({ originalEvent }) => {
    if (originalEvent.key === 'i') pswp.element?.querySelector<HTMLElement>('.pswp__button--details')?.click();
    if (originalEvent.key === 'Delete') pswp.element?.querySelector<HTMLElement>('.pswp__button--remove')?.click();
  });
  const app = document.getElementById('app');
  pswp.on('bindEvents', () => {
    pswp.element?.setAttribute('aria-modal', 'true');
    pswp.element?.setAttribute('aria-label', w.photos);
    if (app) app.inert = true;
  });
  pswp.on('destroy', () => {
    stopFollowing();
    if (app) app.inert = false;
    const last = at(pswp.currIndex);
    if (thumbnailOf(last.key)) focusTile(last.key);
  });
  pswp.init();
}

function slideOf(item: Item, thumbnail: HTMLElement | null): SlideData {
  const image = item.image.peek();
  if (image?.status !== 'ready') return { type: 'reason', alt: item.name };
  const largest = image.outputs.at(-1);
  const [width, height] = [image.width ?? largest?.width ?? 1200, image.height ?? largest?.height ?? 800];
  const scale = Math.min(1, LARGEST / width);
  const shownNow = thumbnail?.querySelector<HTMLImageElement>('.thumbnail')?.currentSrc;
  return {
    type: 'image',
    src: largest?.url ?? '',
    msrc: shownNow || (largest?.url ?? ''),
    width: Math.round(width * scale),
    height: Math.round(height * scale),
    alt: item.name,
    thumbCropped: true,
  };
}
