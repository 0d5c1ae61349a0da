import { notImplemented } from '../../core/aws-error.ts';
import { regularExpression } from './filter-problems.ts';
import { jsonFilter } from './json-filter.ts';

/**
 * CloudWatch's filter patterns: over members of JSON (`{ … }`), a regular expression (`%…%`), or words: all plain or quoted ones must be
 * there, none of those after `-`, any of those after `?`. Throws NotImplemented for patterns over columns (`[ … ]`), AwsError
 * InvalidParameterException for what is no pattern.
 */
export function messageFilter(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (text.startsWith('{')) return jsonFilter(text);
  if (text.startsWith('[')) throw notImplemented(`the filter pattern ${pattern}, which names columns,`);
  if (text.startsWith('%')) {
    const expression = regularExpression(text, pattern);
    return (message) => expression.test(message);
  }
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
