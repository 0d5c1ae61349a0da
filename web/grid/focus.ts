import { signal } from '@preact/signals';

/** The key of the item whose tile has the focus, or had it last. */
export const focused = signal<string | undefined>(undefined);

export const tileOf = (key: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(`.tile[data-key="${CSS.escape(key)}"]`);

/** Focuses a tile that will be there with the next frame. */
export function focusTile(key: string): void {
  focused.value = key;
  requestAnimationFrame(() => tileOf(key)?.focus({ preventScroll: true }));
}
