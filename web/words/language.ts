import { computed, signal } from '@preact/signals';
import { en, type Words } from './en.ts';
import { createFormat } from './format.ts';
import { ko } from './ko.ts';
import type { Language } from './languages.ts';
import { reasonIn } from './reasons.ts';

/** The first of the user's languages that the page speaks. */
export function preferred(wanted: readonly string[]): Language {
  const found = wanted.map((tag) => tag.toLowerCase().split('-')[0]).find((tag) => tag === 'en' || tag === 'ko');
  return found ?? 'en';
}

/** The user's own variety of a language, such as en-GB, for dates and numbers. */
export const varietyOf = (language: Language, wanted: readonly string[]): string =>
  wanted.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;

export const language = signal<Language>('en');
export const format = computed(() => createFormat(varietyOf(language.value, navigator.languages)));

/** What the pipeline has against a file, and in which language that is said. */
export const reasonOf = (reason: string | undefined): { text: string; lang: Language } =>
  reason === undefined ? { text: words.value.rejected, lang: language.value } : reasonIn(language.value, reason);

export const words = computed((): Words => ({ en, ko })[language.value](format.value));
