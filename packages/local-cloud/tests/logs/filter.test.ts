import { describe, expect, test } from '@jest/globals';
import { messageFilter } from '../../src/services/logs/filter.ts';

/** The example of CloudWatch Logs' guide, as far as it goes, and what our own functions log. */
const event = {
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  cluster: { name: 'c', 'dashed-name_1': 'x' },
  bandwidth: 75,
  small: 0.0125,
  code: '400',
  ready: true,
  failed: false,
  text: 'say "hi" to\nC:\\temp',
};
const matches = (pattern: string, message: unknown = event): boolean =>
  messageFilter(pattern)(typeof message === 'string' ? message : JSON.stringify(message));

describe('a pattern over the members of JSON', () => {
  test.each([
    '{ $.eventType = "UpdateTrail" }',
    '{$.eventType=UpdateTrail}',
    '{ $.eventType = "Update*" }',
    '{ $.eventType = *Trail }',
    '{ $.eventType = * }',
    '{ $.eventType != "Other" }',
    '{ $.sourceIPAddress != 123.123.* }',
    '{ $.sourceIPAddress = 111.* }',
    '{ $.arrayKey[0] = "value" }',
    '{ $.arrayKey[1] = "another value" }',
    '{ $.objectList[1].id = 2 }',
    '{ $.cluster.dashed-name_1 = "x" }',
    '{ $.SomeObject IS NULL }',
    '{ $.other NOT EXISTS }',
    '{ $.cluster.other NOT EXISTS }',
    '{ $.ready IS TRUE }',
    '{ $.failed IS FALSE }',
    '{ $.bandwidth = 75 }',
    '{ $.bandwidth = 7.5e1 }',
    '{ $.bandwidth != 76 }',
    '{ $.bandwidth = 7* }',
    '{ $.bandwidth >= 75 && $.bandwidth <= 75.0 && $.bandwidth > -1 && $.bandwidth < 1e3 }',
    '{ $.small < 1.25e-1 }',
    '{ $.code = 400 }',
    '{ $.code = "400" }',
    String.raw`{ $.text = "say \"hi\"*" }`,
    String.raw`{ $.text = "*C:\\temp" }`,
    '{ $.eventType = %Update[A-Z]% }',
    '{ $.eventType != %^Trail% }',
    '{ ($.eventType = "Other") || ($.ready IS TRUE) }',
    '{ $.eventType = "Other" && $.failed IS TRUE || $.ready IS TRUE }',
    '{ $.ready IS TRUE || $.eventType = "Other" && $.failed IS TRUE }',
    '{ (($.a = 1 || $.bandwidth = 75) && ($.code = "4*")) }',
    '{ $.cluster.name = "c" && $.arrayKey[2] NOT EXISTS }',
  ])('%s matches', (pattern) => {
    expect(matches(pattern)).toBe(true);
  });

  test.each([
    '{ $.eventType = "updatetrail" }',
    '{ $.eventType = "Update" }',
    '{ $.eventType != "Update*" }',
    '{ $.other = "x" }',
    // A member that is not there is unlike nothing.
    '{ $.other != "x" }',
    '{ $.SomeObject != "x" }',
    '{ $.SomeObject NOT EXISTS }',
    '{ $.other IS NULL }',
    // What is no single value is compared with nothing.
    '{ $.cluster = * }',
    '{ $.arrayKey = "value" }',
    '{ $.cluster != "x" }',
    '{ $.arrayKey[2] = * }',
    '{ $.eventType[0] = * }',
    '{ $.eventType.length = 11 }',
    '{ $.ready IS FALSE }',
    '{ $.bandwidth > 75 }',
    '{ $.bandwidth = 7 }',
    '{ $.code > 1 }',
    '{ $.eventType = %^Trail% }',
    '{ ($.ready IS TRUE || $.bandwidth = 75) && $.failed IS TRUE }',
    '{ $.__proto__ = * }',
    '{ $.constructor.name = "Object" }',
  ])('%s does not match', (pattern) => {
    expect(matches(pattern)).toBe(false);
  });

  test('matches no message that is no JSON object', () => {
    for (const message of ['level ERROR', '', '"text"', '1', 'null', '{"level":']) {
      expect(matches('{ $.level = * }', message)).toBe(false);
      expect(matches('{ $.level NOT EXISTS }', message)).toBe(false);
    }
  });

  test.each([
    '{ }',
    '{ $.a }',
    '{ $.a = }',
    '{ $.a == 1 }',
    '{ $.a = "x }',
    '{ $.a = 1',
    '{ $.a = 1 } x',
    '{ a = 1 }',
    '{ $ = 1 }',
    '{ $.a[x] = 1 }',
    '{ $.a > x }',
    '{ $.a IS 1 }',
    '{ $.a EXISTS }',
    '{ $.a NOT NULL }',
    '{ $.a = 1 && }',
    '{ $.a = 1 $.b = 2 }',
    '{ ($.a = 1 }',
    '{ $.a = 1 & $.b = 2 }',
    '{ $.a = %(b)% }',
    '{ $.a = %[% }',
    '{ $.a = $.b }',
  ])('%s is none', (pattern) => {
    expect(() => messageFilter(pattern)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterException', message: expect.stringContaining(pattern) }),
    );
  });

  test('of all members of an array is not implemented', () => {
    expect(() => messageFilter('{ $.objectList[*].id = 2 }')).toThrow(
      expect.objectContaining({ code: 'NotImplemented', message: expect.stringContaining('$.objectList[*].id') }),
    );
  });
});

test('a regular expression is found anywhere in a message', () => {
  expect(matches('%AUTHORI[SZ]ED%', '[ERROR 401] UNAUTHORIZED')).toBe(true);
  expect(matches('%^AUTHORIZED%', '[ERROR 401] UNAUTHORIZED')).toBe(false);
  for (const pattern of ['%', '%%', '%a', '%(a|b)%', '%ü%', '%something!%', '%a{%]%']) {
    expect(() => messageFilter(pattern)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
  }
});
