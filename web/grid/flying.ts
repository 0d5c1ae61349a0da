import { signal } from '@preact/signals';

/** CSS pixels per ms. A picture that moves faster cannot be seen. */
const FAST = 4;
/** ms without scrolling after which the page has landed. */
const LANDED = 90;

/** While the page flies, tiles that come ask for no thumbnail. */
export const flying = signal(false);

export function startFlying(): void {
  let last = { y: scrollY, at: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;
  addEventListener(
    'scroll',
    () => {
      const now = { y: scrollY, at: performance.now() };
      const span = now.at - last.at;
      if (span < 200 && Math.abs(now.y - last.y) / Math.max(8, span) > FAST) flying.value = true;
      last = now;
      clearTimeout(timer);
      timer = setTimeout(() => (flying.value = false), LANDED);
    },
    { passive: true },
  );
}
