import { describe, expect, test } from '@jest/globals';
import type { MessageAttribute } from '../../src/core/delivery.ts';
import { readFilterPolicy } from '../../src/services/sns/filter-policy.ts';

function byAttributes(policy: object, attributes: Record<string, MessageAttribute>): boolean {
  return readFilterPolicy(policy, 'MessageAttributes')({ body: '', attributes });
}
function byBody(policy: object, body: unknown): boolean {
  return readFilterPolicy(policy, 'MessageBody')({ body: JSON.stringify(body), attributes: {} });
}
const string = (stringValue: string): MessageAttribute => ({ dataType: 'String', stringValue });
const number = (stringValue: string): MessageAttribute => ({ dataType: 'Number', stringValue });
const list = (...values: unknown[]): MessageAttribute => ({
  dataType: 'String.Array',
  stringValue: JSON.stringify(values),
});

describe('by attributes', () => {
  test.each([
    [['rugby', 'tennis'], string('rugby'), true],
    [['rugby', 'tennis'], string('Rugby'), false],
    [['rugby'], list('tennis', 'rugby'), true],
    [['rugby'], list('tennis'), false],
    [[{ prefix: 'bas' }], string('baseball'), true],
    [[{ prefix: 'bas' }], string('abas'), false],
    [[{ suffix: 'ball' }], string('baseball'), true],
    [[{ 'equals-ignore-case': 'TENNIS' }], string('tennis'), true],
    [[{ wildcard: 'a*?b' }], string('a--?b'), true],
    [[{ wildcard: 'a*?b' }], string('a--xb'), false],
    [[{ 'anything-but': ['rugby', 'tennis'] }], string('football'), true],
    [[{ 'anything-but': ['rugby', 'tennis'] }], string('tennis'), false],
    [[{ 'anything-but': 'rugby' }], list('baseball'), true],
    [[{ 'anything-but': 'rugby' }], list('rugby', 'baseball'), false],
    [[{ 'anything-but': { prefix: 'bas' } }], string('rugby'), true],
    [[{ 'anything-but': { prefix: 'bas' } }], string('baseball'), false],
    [[{ 'anything-but': [100, 500] }], number('101'), true],
    [[{ 'anything-but': [100, 500] }], number('5e2'), false],
    [[301.5], number('301.50'), true],
    [[301.5], string('301.5'), false],
    [[{ numeric: ['=', 10] }], number('10.0'), true],
    [[{ numeric: ['>', 0, '<=', 150] }], number('150'), true],
    [[{ numeric: ['>', 0, '<=', 150] }], number('0'), false],
    [[{ numeric: ['>', 0] }], string('1'), false],
    [[{ exists: true }], string('x'), true],
    [[{ exists: false }], string('x'), false],
    [['rugby', { prefix: 'bas' }], string('basket'), true],
    [[true, null], list(null), true],
    [['x'], { dataType: 'Binary', binaryValue: Buffer.from('x') }, false],
  ])('%j of %j is %j', (rule, attribute, matches) => {
    expect(byAttributes({ interest: rule }, { interest: attribute })).toBe(matches);
  });

  test('an attribute that is not there matches only "exists": false', () => {
    expect(byAttributes({ a: [{ exists: false }] }, {})).toBe(true);
    expect(byAttributes({ a: [{ 'anything-but': 'x' }] }, {})).toBe(false);
    expect(byAttributes({ a: [{ 'anything-but': 'x' }, { exists: false }] }, {})).toBe(true);
  });

  test('every key must match, and of $or one of its alternatives', () => {
    const policy = { store: ['a'], $or: [{ price: [{ numeric: ['<', 10] }] }, { kind: ['gift'] }] };
    expect(byAttributes(policy, { store: string('a'), price: number('5') })).toBe(true);
    expect(byAttributes(policy, { store: string('a'), price: number('50'), kind: string('gift') })).toBe(true);
    expect(byAttributes(policy, { store: string('a'), price: number('50') })).toBe(false);
    expect(byAttributes(policy, { store: string('b'), price: number('5') })).toBe(false);
  });
});

describe('by the body', () => {
  test('follows nested keys, and in a list of objects one of them must match as a whole', () => {
    const policy = { Records: { s3: { object: { key: [{ prefix: 'users/' }], size: [{ numeric: ['<', 10] }] } } } };
    const record = (key: string, size: number) => ({ s3: { object: { key, size } } });
    expect(byBody(policy, { Records: [record('canary/', 1), record('users/1', 5)] })).toBe(true);
    expect(byBody(policy, { Records: [record('canary/', 1), record('users/1', 50)] })).toBe(false);
    expect(byBody(policy, { Records: [] })).toBe(false);
  });

  test('compares JSON values by their type', () => {
    expect(byBody({ a: [true] }, { a: true })).toBe(true);
    expect(byBody({ a: ['true'] }, { a: true })).toBe(false);
    expect(byBody({ a: [null] }, { a: null })).toBe(true);
    expect(byBody({ a: [null] }, {})).toBe(false);
    expect(byBody({ a: [{ 'anything-but': 'rugby' }] }, { a: ['rugby', 'baseball'] })).toBe(true);
    expect(byBody({ toString: [{ exists: true }] }, {})).toBe(false);
  });

  test('what is no JSON object never matches', () => {
    const matches = readFilterPolicy({ a: [{ exists: false }] }, 'MessageBody');
    for (const body of ['plain', '[1]', '"a"', 'null']) expect(matches({ body, attributes: {} })).toBe(false);
    expect(matches({ body: '{}', attributes: {} })).toBe(true);
  });
});

describe('what is refused', () => {
  test.each([
    [{ a: 'x' }],
    [{ a: [] }],
    [{ a: [['x']] }],
    [{ a: { b: ['x'] } }],
    [{ a: [{ prefix: 'x', suffix: 'y' }] }],
    [{ a: [{ prefix: 1 }] }],
    [{ a: [{ exists: 'yes' }] }],
    [{ a: [{ numeric: ['~', 1] }] }],
    [{ a: [{ numeric: ['>', 'x'] }] }],
    [{ a: [{ numeric: ['>', 1, '<'] }] }],
    [{ a: [{ 'anything-but': [] }] }],
    [{ a: ['1'], b: ['1'], c: ['1'], d: ['1'], e: ['1'], f: ['1'] }],
    [{ a: Array.from({ length: 13 }, String), b: Array.from({ length: 13 }, String) }],
  ])('%j', (policy) => {
    expect(() => readFilterPolicy(policy, 'MessageAttributes')).toThrow(/Invalid parameter: FilterPolicy/);
  });

  test('an unknown operator, by its name', () => {
    expect(() => readFilterPolicy({ a: [{ cidr: '10.0.0.0/24' }] }, 'MessageAttributes')).toThrow('"cidr"');
    expect(() => readFilterPolicy({ a: [{ 'anything-but': { numeric: [1] } }] }, 'MessageAttributes')).toThrow();
  });

  test('nesting counts in the complexity of a body policy', () => {
    const values = (count: number) => Array.from({ length: count }, String);
    const policy = { a: { b: { c: values(4) } }, d: { e: values(3) }, f: values(3) };
    expect(() => readFilterPolicy(policy, 'MessageBody')).toThrow('too complex'); // 4x3 x 3x2 x 3x1 = 216
  });
});
