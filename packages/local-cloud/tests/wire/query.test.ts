import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AwsError } from '../../src/core/aws-error.ts';
import { readQuery } from '../../src/wire/query.ts';

const read = (query: string) => readQuery(new URLSearchParams(query));

test('nests dotted names, and makes lists of members, entries and numbers', () => {
  expect(read('Action=X&Version=1&Name=a&Attributes.entry.2.key=k2&Attributes.entry.1.key=k1')).toEqual({
    Name: 'a',
    Attributes: [{ key: 'k1' }, { key: 'k2' }],
  });
  expect(read('Tags.member.1.Key=a&Attribute.1.Name=b&Attribute.10.Name=d&Attribute.9.Name=c')).toEqual({
    Tags: [{ Key: 'a' }],
    Attribute: [{ Name: 'b' }, { Name: 'c' }, { Name: 'd' }],
  });
});

test('a name that is text and structure at once is refused', () => {
  expect(() => read('A=x&A.b=y')).toThrow(AwsError);
});

test('no name reaches beyond the request', () => {
  const part = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'a', '1', 'member');
  const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
      try {
        readQuery(new URLSearchParams(pairs));
      } catch (error) {
        expect(error).toBeInstanceOf(AwsError);
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(({} as { a?: unknown }).a).toBeUndefined();
    }),
    { numRuns: 1000, verbose: true },
  );
});
