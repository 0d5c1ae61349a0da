import { notImplemented } from '../../aws-error.ts';

/**
 * CloudWatch's filter patterns, as far as they are words: all plain or quoted words must be there, none of those after `-`, any of those
 * after `?`. Throws NotImplemented for patterns over fields (`{ … }`, `[ … ]`) and for regular expressions (`%…%`).
 */
export function messageFilter(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (/^[{[%]/.test(text)) throw notImplemented(`the filter pattern ${pattern}: only words and quoted phrases are`);
  const terms = [...text.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign, quoted, plain]) => ({
    sign,
    word: quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '',
  }));
  const all = terms.filter(({ sign }) => sign === '');
  const none = terms.filter(({ sign }) => sign === '-');
  const any = terms.filter(({ sign }) => sign === '?');
  return (message) =>
    all.every(({ word }) => message.includes(word)) &&
    !none.some(({ word }) => message.includes(word)) &&
    (any.length === 0 || any.some(({ word }) => message.includes(word)));
}
