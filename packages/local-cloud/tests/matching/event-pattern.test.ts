import { describe, expect, test } from '@jest/globals';
import { checkPattern, matchesPattern } from '../../src/matching/event-pattern.ts';

const matches = (pattern: object, event: unknown): boolean => matchesPattern(JSON.stringify(pattern), event);
const event = {
  source: 'aws.codedeploy',
  detail: { state: 'FAILURE', count: 5, tags: ['a', 'b'], nested: [{ x: 1 }, { x: 2 }], none: null, ip: '10.0.0.7' },
};

describe('An event pattern matches', () => {
  test.each<[string, object]>([
    ['an exact value, of any in the list', { source: ['aws.s3', 'aws.codedeploy'] }],
    ['nested members', { detail: { state: ['FAILURE'], count: [5] } }],
    ['null', { detail: { none: [null] } }],
    ['a member of a list', { detail: { tags: ['b'] } }],
    ['an object in a list', { detail: { nested: { x: [2] } } }],
    ['a prefix', { source: [{ prefix: 'aws.' }] }],
    ['a suffix', { source: [{ suffix: 'deploy' }] }],
    ['without regard to case', { detail: { state: [{ 'equals-ignore-case': 'failure' }] } }],
    ['a prefix without regard to case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }],
    ['a wildcard', { source: [{ wildcard: 'aws.*deploy' }] }],
    ['anything but some values', { detail: { state: [{ 'anything-but': ['SUCCESS', 'READY'] }] } }],
    ['anything but a prefix', { detail: { state: [{ 'anything-but': { prefix: 'SUCC' } }] } }],
    ['a range of numbers', { detail: { count: [{ numeric: ['>', 0, '<=', 5] }] } }],
    ['a member that is there', { detail: { state: [{ exists: true }] } }],
    ['a member that is not there', { detail: { other: [{ exists: false }] } }],
    ['a network', { detail: { ip: [{ cidr: '10.0.0.0/24' }] } }],
    ['either of two', { $or: [{ source: ['x'] }, { detail: { count: [5] } }] }],
    ['everything', {}],
  ])('%s', (_name, pattern) => {
    checkPattern(JSON.stringify(pattern));
    expect(matches(pattern, event)).toBe(true);
  });
});

describe('An event pattern does not match', () => {
  test.each<[string, object]>([
    ['another value', { source: ['aws.s3'] }],
    ['a number as text', { detail: { count: ['5'] } }],
    ['when one of several members differs', { source: ['aws.codedeploy'], detail: { state: ['SUCCESS'] } }],
    ['a member that is missing', { detail: { other: ['x'] } }],
    ['anything but, where the member is missing', { detail: { other: [{ 'anything-but': 'x' }] } }],
    ['a wildcard whose rest differs', { source: [{ wildcard: 'aws.*build' }] }],
    ['a dot for any character', { source: [{ wildcard: 'aws.code.eploy' }] }],
    ['numbers out of range', { detail: { count: [{ numeric: ['<', 5] }] } }],
    ['another network', { detail: { ip: [{ cidr: '10.0.1.0/24' }] } }],
    ['an object as something that exists', { detail: [{ exists: true }] }],
  ])('%s', (_name, pattern) => {
    expect(matches(pattern, event)).toBe(false);
  });
});

test.each([
  ['no JSON', '{'],
  ['a list', '[]'],
  ['a value that is not in a list', '{"source":"aws.s3"}'],
  ['an operator that is not there', '{"source":[{"sounds-like":"aws"}]}'],
  ['two operators in one', '{"source":[{"prefix":"a","suffix":"b"}]}'],
  ['a lonely $or', '{"$or":[{"source":["x"]}]}'],
])('A pattern is refused that is %s', (_name, pattern) => {
  expect(() => checkPattern(pattern)).toThrow(/not valid|does not implement/);
});
