import { effect, signal } from '@preact/signals';
import { language, preferred, words } from '../words/language.ts';
import type { Language } from '../words/languages.ts';

export type Appearance = 'automatic' | 'light' | 'dark';
export const appearance = signal<Appearance>('automatic');

const LANGUAGE = 'gallery.language';
const APPEARANCE = 'gallery.appearance';

/** A browser may forbid storage: then the choice lasts as long as the page. */
const stored = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const store = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // see above
  }
};

/** The user's choices, or what the browser says of them. Other tabs follow. */
export function startPreferences(): void {
  const adopt = () => {
    const [chosen, look] = [stored(LANGUAGE), stored(APPEARANCE)];
    language.value = chosen === 'en' || chosen === 'ko' ? chosen : preferred(navigator.languages);
    appearance.value = look === 'light' || look === 'dark' ? look : 'automatic';
  };
  adopt();
  addEventListener('storage', ({ key }) => {
    if (key === LANGUAGE || key === APPEARANCE) adopt();
  });
  effect(() => {
    document.documentElement.lang = language.value;
    document.title = words.value.title;
  });
  effect(() => {
    document.documentElement.dataset['appearance'] = appearance.value;
  });
}

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  store(LANGUAGE, chosen);
}
export function chooseAppearance(chosen: Appearance): void {
  appearance.value = chosen;
  store(APPEARANCE, chosen);
}
