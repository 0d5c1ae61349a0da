import { z } from 'zod';

/**
 * What is wrong with a value, in words of AWS's kind. The validation library asks here wherever a schema has no words of its own, so that
 * no client ever hears the library's: they name types of JavaScript. Whoever answers by a schema imports this file.
 */
export function sentenceOf(issue: Readonly<z.core.$ZodRawIssue>): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'it is required.' : `it must be ${nameOf(issue.expected)}.`;
    case 'too_small':
      return `it must be at least ${amount(issue.minimum, issue.origin)}.`;
    case 'too_big':
      return `it must be at most ${amount(issue.maximum, issue.origin)}.`;
    case 'invalid_value':
      return `it must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}.`;
    case 'invalid_format':
      return issue.pattern === undefined
        ? `it must have the form ${issue.format}.`
        : `it must satisfy the regular expression pattern: ${issue.pattern.replace(/^\/|\/[a-z]*$/g, '')}`;
    case 'not_multiple_of':
      return `it must be a multiple of ${String(issue.divisor)}.`;
    case 'unrecognized_keys':
      return `it must not have the members ${issue.keys.join(', ')}.`;
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return issue.input === undefined ? 'it is required.' : 'it has a value that is not allowed.';
  }
}

const names: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  bigint: 'a whole number',
  date: 'a time',
  int: 'a whole number',
  map: 'a map',
  number: 'a number',
  object: 'a structure',
  record: 'a map',
  string: 'text',
};

function nameOf(type: string): string {
  return Object.hasOwn(names, type) ? (names[type] ?? type) : type;
}

/** A limit with what it counts. */
function amount(limit: number | bigint, of: string): string {
  if (of === 'string') return `${String(limit)} characters long`;
  return of === 'array' || of === 'set' ? `a list of ${String(limit)}` : String(limit);
}

z.config({ customError: (issue) => sentenceOf(issue) });
