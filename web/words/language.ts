import { computed, signal } from '@preact/signals';
import { en, type Words } from './en.ts';
import { createFormat } from './format.ts';
import { ko } from './ko.ts';

export type Language = 'en' | 'ko';
export const languages: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };

/** The first of the user's languages that the page speaks. */
export function preferred(wanted: readonly string[]): Language {
  const found = wanted.map((tag) => tag.toLowerCase().split('-')[0]).find((tag) => tag === 'en' || tag === 'ko');
  return found ?? 'en';
}

export const language = signal<Language>('en');
export const format = computed(() => createFormat(language.value));
export const words = computed((): Words => ({ en, ko })[language.value](format.value));
