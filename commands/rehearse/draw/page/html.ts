import { oneLine } from '../../../shared/text.ts';

/** Markup that may be put into a page as it is. Only the tag below makes it, so that no text from outside can. */
export type Html = { readonly markup: string };

export type Content = Html | readonly Html[] | string | number;

/** A template literal whose values are escaped unless they are markup themselves. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { markup: strings.reduce((all, string, index) => all + markupOf(values[index - 1] ?? '') + string) };
}

export const nothing: Html = { markup: '' };

/** What the page itself is made of: its style, its script. Never for text from outside. */
export function verbatim(markup: string): Html {
  return { markup };
}

/** A heading of level 1 to 6. What belongs together (`version 4`) stays on one line. */
export function heading(
  level: number,
  text: string,
  { id = '', kind }: { id?: string; kind: 'title' | 'part' | 'name' },
): Html {
  const tag = `h${String(level)}`;
  const kept = escape(text).replace(/version (?=\d)/gu, 'version&nbsp;');
  return verbatim(`<${tag}${id === '' ? '' : ` id="${escape(id)}"`} class="${kind}">${kept}</${tag}>`);
}

/** A long name that may be broken between its words: `GenerateThumbnailsErrors`. */
export function breakable(name: string): Html {
  return verbatim(escape(name).replace(/(?<=[a-z])(?=[A-Z])/gu, '<wbr>'));
}

function markupOf(value: Content): string {
  if (typeof value === 'string') return escape(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  // One line, and no characters that turn the direction of what follows. A number is not parted from its unit.
  return (/^\s|\s$/u.test(text) ? ` ${oneLine(text)} ` : oneLine(text))
    .replace(/[&<>"']/gu, (one) => entities[one] ?? '')
    .replace(/(\d) (?=(?:%|(?:s|ms|min)(?!\w)))/gu, '$1&nbsp;');
}
