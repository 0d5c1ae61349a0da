import { phaseOf, type Item } from '../images/item.ts';
import { removeImage } from '../images/removing.ts';
import { shown } from '../images/store.ts';
import { uploads } from '../uploads/later.ts';
import { focused, tileOf } from './focus.ts';

/** What a key, a click or a button of a tile does, which depends on where the picture is on its way. */
export function actOn(item: Item, action: string, open: (item: Item) => void): void {
  const phase = phaseOf(item);
  const isOpenable = phase === 'ready' || phase === 'rejected';
  if ((action === 'open' || action === 'enter') && isOpenable) open(item);
  else if (action === 'retry' || (action === 'enter' && phase === 'failed'))
    void uploads().then((u) => u.retryUpload(item));
  else if (action === 'remove' || action === 'cancel') remove(item);
}

function remove(item: Item): void {
  if (item.image.peek() !== undefined) {
    removeImage(item);
    return;
  }
  // Sent, and not seen by the pipeline: there is nothing to delete yet, and nothing to call off.
  if (item.upload.peek()?.status === 'sent') return;
  const list = shown.peek();
  const at = list.indexOf(item);
  focused.value = (list[at + 1] ?? list[at - 1])?.key;
  void uploads().then((u) => u.cancelUpload(item));
}

/** Opens the lightbox, which is loaded with the first use. */
export async function openItem(item: Item, reveal: (key: string) => void): Promise<void> {
  const { openLightbox } = await import('../lightbox/lightbox.tsx');
  const list = shown.peek().filter((other) => ['ready', 'rejected'].includes(phaseOf(other)));
  openLightbox({ list, item, thumbnailOf: tileOf, reveal, remove: removeImage });
}
