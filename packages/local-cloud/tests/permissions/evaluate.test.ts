import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  evaluate,
  MalformedPolicyError,
  readPolicy,
  UnsupportedPolicyError,
  type AccessRequest,
  type Decision,
} from '../../src/permissions/evaluate.ts';

const roleArn = 'arn:aws:iam::000000000000:role/app/Reader';
const sessionArn = 'arn:aws:sts::000000000000:assumed-role/Reader/session';
const root = 'arn:aws:iam::000000000000:root';
const caller = (arn: string, accountId = '000000000000') => ({ kind: 'aws', arn, accountId }) as const;
const service = (name: string) => ({ kind: 'service', service: name }) as const;

const read: AccessRequest = {
  principal: caller(sessionArn),
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::uploads/a/b.jpg',
  context: {},
};

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const decide = (statement: object, request: Partial<AccessRequest> = {}): Decision =>
  evaluate([policy({ ...allow, ...statement })], { ...read, ...request });

describe('actions and resources', () => {
  test.each([
    ['s3:GetObject', 'allowed'],
    ['S3:getobject', 'allowed'],
    ['s3:Get*', 'allowed'],
    ['s3:GetObjec?', 'allowed'],
    ['*', 'allowed'],
    ['s3:GetObjectTagging', 'not-allowed'],
    ['s3:Put*', 'not-allowed'],
    ['s3.GetObject', 'not-allowed'],
  ])('the action %s', (Action, decision) => {
    expect(decide({ Action })).toBe(decision);
  });

  test.each([
    ['arn:aws:s3:::uploads/*', 'allowed'],
    ['arn:aws:s3:::uploads/a/?.jpg', 'allowed'],
    ['arn:aws:s3:::*/b.jpg', 'allowed'],
    ['arn:aws:s3:::Uploads/*', 'not-allowed'],
    ['arn:aws:s3:::uploads', 'not-allowed'],
    ['arn:aws:s3:::uploads/a/b.jp', 'not-allowed'],
  ])('the resource %s', (Resource, decision) => {
    expect(decide({ Resource })).toBe(decision);
  });

  test('NotAction and NotResource are about everything else', () => {
    const allowed = (elements: object) => evaluate([policy({ Effect: 'Allow', ...elements })], read);
    expect(allowed({ NotAction: 's3:Put*', Resource: '*' })).toBe('allowed');
    expect(allowed({ NotAction: 's3:*', Resource: '*' })).toBe('not-allowed');
    expect(allowed({ Action: '*', NotResource: '*/b.jpg' })).toBe('not-allowed');
    expect(allowed({ Action: '*', NotResource: '*/c.jpg' })).toBe('allowed');
  });

  test('a key with a newline is matched by a wildcard like any other', () => {
    const resource = 'arn:aws:s3:::uploads/a\nb';
    expect(decide({ Resource: 'arn:aws:s3:::uploads/*' }, { resource })).toBe('allowed');
  });
});

describe('principals', () => {
  test.each([
    ['*', 'allowed'],
    [{ AWS: '*' }, 'allowed'],
    [{ AWS: roleArn }, 'allowed'],
    [{ AWS: [sessionArn] }, 'allowed'],
    [{ AWS: 'arn:aws:iam::000000000000:role/Other' }, 'not-allowed'],
    [{ AWS: 'arn:aws:iam::111111111111:role/app/Reader' }, 'not-allowed'],
    [{ Service: 's3.amazonaws.com' }, 'not-allowed'],
    [{ CanonicalUser: 'abc' }, 'not-allowed'],
  ])('%j for a session of the role', (Principal, decision) => {
    expect(decide({ Principal })).toBe(decision);
  });

  test('to allow an account leaves it to its own policies, to deny it denies everybody in it', () => {
    for (const AWS of ['000000000000', root]) {
      expect(decide({ Principal: { AWS } })).toBe('not-allowed');
      expect(decide({ Principal: { AWS } }, { principal: caller(root) })).toBe('allowed');
      expect(decide({ Effect: 'Deny', Principal: { AWS } })).toBe('denied');
    }
  });

  test('a service is meant by its own name, or by everybody', () => {
    const s3 = { principal: service('s3.amazonaws.com') };
    expect(decide({ Principal: { Service: ['sns.amazonaws.com', 's3.amazonaws.com'] } }, s3)).toBe('allowed');
    expect(decide({ Principal: { Service: 'sns.amazonaws.com' } }, s3)).toBe('not-allowed');
    expect(decide({ Principal: '*' }, s3)).toBe('allowed');
  });
});

describe('conditions', () => {
  const context = {
    'aws:SourceArn': 'arn:aws:s3:::uploads',
    'aws:SourceAccount': '000000000000',
    'aws:SecureTransport': 'true',
    's3:max-keys': '10',
    'aws:TagKeys': ['stage', 'team'],
    'aws:CurrentTime': '2026-11-20T12:00:00Z',
  };
  test.each([
    [{ StringEquals: { 'aws:sourceaccount': '000000000000' } }, true],
    [{ StringEquals: { 'aws:SourceAccount': ['1', '000000000000'] } }, true],
    [{ StringEquals: { 'aws:SourceAccount': '1' } }, false],
    [{ StringEquals: { 'aws:Missing': 'x' } }, false],
    [{ StringEqualsIfExists: { 'aws:Missing': 'x' } }, true],
    [{ StringEqualsIfExists: { 'aws:SourceAccount': 'x' } }, false],
    [{ StringNotEquals: { 'aws:SourceAccount': ['1', '2'] } }, true],
    [{ StringNotEquals: { 'aws:SourceAccount': ['1', '000000000000'] } }, false],
    [{ StringNotEquals: { 'aws:Missing': 'x' } }, true],
    [{ StringEqualsIgnoreCase: { 'aws:SecureTransport': 'TRUE' } }, true],
    [{ StringLike: { 'aws:SourceArn': '*:uploads' } }, true],
    [{ StringEquals: { 'aws:SourceArn': '*:uploads' } }, false],
    [{ StringNotLike: { 'aws:SourceArn': '*:uploads' } }, false],
    [{ ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::up*' } }, true],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:uploads' } }, true],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*uploads' } }, false],
    [{ ArnLike: { 'aws:SourceArn': '*' } }, true],
    [{ ArnLike: { 'aws:SourceAccount': '*' } }, false],
    [{ ArnNotLike: { 'aws:SourceArn': 'arn:aws:s3:::up*' } }, false],
    [{ Bool: { 'aws:SecureTransport': false } }, false],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, true],
    [{ Null: { 'aws:Missing': 'true' } }, true],
    [{ Null: { 'aws:SourceArn': true } }, false],
    [{ Null: { 'aws:SourceArn': 'false' } }, true],
    [{ NumericLessThan: { 's3:max-keys': 10 } }, false],
    [{ NumericLessThanEquals: { 's3:max-keys': '10' } }, true],
    [{ NumericGreaterThan: { 's3:max-keys': 9.5 } }, true],
    [{ NumericNotEquals: { 's3:max-keys': 10 } }, false],
    [{ DateGreaterThan: { 'aws:CurrentTime': '2026-11-20T11:59:59Z' } }, true],
    [{ DateLessThan: { 'aws:CurrentTime': '2026-11-20T11:59:59Z' } }, false],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['stage', 'team', 'x'] } }, true],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['stage'] } }, false],
    [{ 'ForAllValues:StringEquals': { 'aws:Missing': ['x'] } }, true],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['stage'] } }, true],
    [{ 'ForAnyValue:StringEquals': { 'aws:Missing': ['x'] } }, false],
    [{ 'ForAnyValue:StringLike': { 'aws:TagKeys': ['te*'] } }, true],
    [{ StringEquals: { 'aws:SourceAccount': '000000000000', 'aws:Missing': 'x' } }, false],
    [{ StringEquals: { 'aws:SourceAccount': '000000000000' }, Bool: { 'aws:SecureTransport': 'false' } }, false],
  ])('%j', (Condition, holds) => {
    expect(decide({ Condition }, { context })).toBe(holds ? 'allowed' : 'not-allowed');
  });
});

describe('what is refused', () => {
  const statement = (more: object) => policy({ ...allow, ...more });
  test.each([
    [statement({ NotPrincipal: { AWS: '*' } }), 'NotPrincipal'],
    [statement({ Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.1' } } }), 'IpAddress'],
    [statement({ Condition: { StringSounds: { 'aws:x': 'y' } } }), 'StringSounds'],
    [statement({ Condition: { toString: { 'aws:x': 'y' } } }), 'toString'],
    [statement({ Resource: 'arn:aws:s3:::uploads/${aws:username}/*' }), '${aws:username}'],
  ])('%j is not implemented, and says so by name', (document, name) => {
    expect(() => readPolicy(document)).toThrow(UnsupportedPolicyError);
    expect(() => evaluate([document], read)).toThrow(name);
  });

  test.each([
    ['no text', 'resource'],
    [{}, 'resource'],
    [policy(), 'identity'],
    [statement({ Effect: 'allow' }), 'identity'],
    [statement({ NotAction: 's3:*' }), 'identity'],
    [statement({ Colour: 'red' }), 'identity'],
    [{ ...policy(allow), Colour: 'red' }, 'identity'],
    [statement({ Principal: '*' }), 'identity'],
    [statement({}), 'resource'],
    [statement({}), 'trust'],
    [statement({ Principal: '*' }), 'trust'],
    [statement({ Principal: { AWS: 'arn:aws:iam::000000000000:role/*' } }), 'resource'],
    [statement({ Principal: { Robot: 'x' } }), 'resource'],
    [statement({ Condition: { NumericLessThan: { a: 'many' } } }), 'identity'],
  ] as const)('%j as a policy of %s is malformed', (document, kind) => {
    expect(() => readPolicy(document, kind)).toThrow(MalformedPolicyError);
  });
});

describe('several policies', () => {
  const word = fc.stringMatching(/^[a-c*?]{1,4}$/);
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: word.map((text) => `s3:${text}`),
    Resource: word,
  });
  const policies = fc.array(
    fc.array(statement, { minLength: 1, maxLength: 3 }).map((list) => policy(...list)),
    {
      maxLength: 4,
    },
  );
  const request = fc.record({ action: fc.stringMatching(/^[a-c]{1,4}$/), resource: fc.stringMatching(/^[a-c]{1,4}$/) });

  /** The rule as it is written down: any Deny that applies, else any Allow. By a matcher of its own. */
  function expected(all: { Statement: object[] }[], action: string, resource: string): Decision {
    const statements = all.flatMap((one) => one.Statement) as { Effect: string; Action: string; Resource: string }[];
    const applying = statements.filter(
      (one) => matches(one.Action.toLowerCase(), action.toLowerCase()) && matches(one.Resource, resource),
    );
    if (applying.some(({ Effect }) => Effect === 'Deny')) return 'denied';
    return applying.length > 0 ? 'allowed' : 'not-allowed';
  }
  function matches(pattern: string, text: string): boolean {
    if (pattern === '') return text === '';
    if (pattern.startsWith('*'))
      return matches(pattern.slice(1), text) || (text !== '' && matches(pattern, text.slice(1)));
    return (
      text !== '' && (pattern.startsWith('?') || pattern[0] === text[0]) && matches(pattern.slice(1), text.slice(1))
    );
  }

  test('an explicit Deny wins, then any Allow; else it is not allowed', () => {
    fc.assert(
      fc.property(policies, request, (list, { action, resource }) => {
        const decision = evaluate(list, { ...read, action: `s3:${action}`, resource });
        expect(decision).toBe(expected(list, `s3:${action}`, resource));
      }),
      { numRuns: 2000, verbose: true },
    );
  });

  test('order does not matter, and one policy more never takes a Deny away', () => {
    fc.assert(
      fc.property(policies, policies, request, (some, more, { action, resource }) => {
        const asked = { ...read, action: `s3:${action}`, resource };
        const together = evaluate([...some, ...more], asked);
        expect(evaluate([...more, ...some], asked)).toBe(together);
        if (evaluate(some, asked) === 'denied') expect(together).toBe('denied');
        if (together === 'allowed') expect([evaluate(some, asked), evaluate(more, asked)]).toContain('allowed');
      }),
      { numRuns: 1000, verbose: true },
    );
  });

  test('a negated operator is the opposite of its positive one wherever the key is there', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), word, (values, actual) => {
        const holds = (operator: string): boolean =>
          decide({ Condition: { [operator]: { 'aws:key': values } } }, { context: { 'aws:key': actual } }) ===
          'allowed';
        for (const [positive, negative] of [
          ['StringEquals', 'StringNotEquals'],
          ['StringLike', 'StringNotLike'],
        ] as const) {
          expect(holds(positive)).toBe(!holds(negative));
        }
      }),
      { numRuns: 500, verbose: true },
    );
  });
});
