import { describe, expect, test } from '@jest/globals';
import type { ResourceLookup } from '../../src/template/scope.ts';
import { resolved } from './deployment.ts';

const queue: ResourceLookup = (logicalId) =>
  logicalId === 'Queue'
    ? { ref: 'http://queue', attributes: { Arn: 'arn:queue', 'Nested.Part': 'nested', Numbers: ['1', '2'] } }
    : undefined;

describe('values are as CloudFormation makes them', () => {
  const cases: [what: string, yaml: string, value: unknown, sections?: string][] = [
    ['Ref of a resource', 'a: !Ref Queue', { a: 'http://queue' }],
    ['Ref in its long form', 'a: { Ref: Queue }', { a: 'http://queue' }],
    ['GetAtt', 'a: !GetAtt Queue.Arn', { a: 'arn:queue' }],
    ['GetAtt as a list', 'a: !GetAtt [Queue, Arn]', { a: 'arn:queue' }],
    ['GetAtt in its long form, as text', 'a: { "Fn::GetAtt": Queue.Arn }', { a: 'arn:queue' }],
    ['GetAtt of an attribute with dots', 'a: !GetAtt Queue.Nested.Part', { a: 'nested' }],
    [
      'Sub with a parameter, a resource and an attribute',
      "a: !Sub '${AWS::Region}/${Queue}/${Queue.Arn}'",
      { a: 'us-east-1/http://queue/arn:queue' },
    ],
    ['Sub with a literal', "a: !Sub '${!Queue} costs $5'", { a: '${Queue} costs $5' }],
    [
      'Sub with variables of its own',
      "a: !Sub ['${x}-${AWS::StackName}', { x: !Ref Queue }]",
      { a: 'http://queue-shop' },
    ],
    ['Join', "a: !Join ['-', [a, !Ref Queue, 3]]", { a: 'a-http://queue-3' }],
    ['Join of an attribute that is a list', "a: !Join ['-', !GetAtt Queue.Numbers]", { a: '1-2' }],
    ['Select', 'a: !Select [1, [x, y]]', { a: 'y' }],
    ['Select with the index as text', "a: !Select ['1', [x, y]]", { a: 'y' }],
    ['Split', "a: !Split [':', !GetAtt Queue.Arn]", { a: ['arn', 'queue'] }],
    ['Select of Split', "a: !Select [1, !Split [':', !GetAtt Queue.Arn]]", { a: 'queue' }],
    ['Base64', 'a: !Base64 hello', { a: 'aGVsbG8=' }],
    ['Base64 of a function', 'a: !Base64 { Ref: AWS::Region }', { a: 'dXMtZWFzdC0x' }],
    [
      'FindInMap',
      'a: !FindInMap [Sizes, small, memory]',
      { a: 128 },
      'Mappings: { Sizes: { small: { memory: 128 } } }',
    ],
    [
      'FindInMap with keys that are references',
      'a: !FindInMap [Sizes, !Ref AWS::Region, memory]',
      { a: 1 },
      'Mappings: { Sizes: { us-east-1: { memory: 1 } } }',
    ],
    ['NoValue drops a property', 'a: 1\nb: !Ref AWS::NoValue', { a: 1 }],
    ['NoValue drops a member of a list', 'a: [1, !Ref AWS::NoValue, 2]', { a: [1, 2] }],
    [
      'pseudo parameters',
      'a: [!Ref AWS::AccountId, !Ref AWS::Partition, !Ref AWS::URLSuffix, !Ref AWS::StackName]',
      { a: ['000000000000', 'aws', 'amazonaws.com', 'shop'] },
    ],
    ['a date stays text', 'a: 2012-10-17', { a: '2012-10-17' }],
    [
      'a condition inside a policy is no function',
      'a: { Condition: { StringEquals: { x: y } } }',
      { a: { Condition: { StringEquals: { x: 'y' } } } },
    ],
    ['what stays text although YAML 1.1 has other ideas', 'a: .\nb: y\nc: -.', { a: '.', b: 'y', c: '-.' }],
    ['words that YAML 1.1 takes for booleans', 'a: yes\non: 1', { a: true, on: 1 }],
  ];
  test.each(cases)('%s', (_what, yaml, value, sections = '') => {
    expect(resolved(yaml, sections, { lookUp: queue })).toEqual(value);
  });
});

describe('conditions', () => {
  const sections = `
Parameters:
  Stage: { Type: String, Default: dev }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [Condition: IsProd]
  Either: !Or [Condition: IsProd, !Equals [!Ref Stage, dev]]
  Both: !And [!Condition IsDev, !Condition Either]
  SameText: !Equals ['true', true]
`;
  test('choose values by parameters', () => {
    const yaml =
      'a: !If [IsProd, 1, 2]\nb: !If [Both, yes, !Ref Nothing]\nc: !If [IsProd, 1, !Ref AWS::NoValue]\nd: !If [SameText, 1, 2]';
    expect(resolved(yaml, sections)).toEqual({ a: 2, b: true, d: 1 });
    expect(resolved('a: !If [IsProd, 1, 2]', sections, { parameters: { Stage: 'prod' } })).toEqual({ a: 1 });
  });
});

describe('what is wrong is refused, with its place', () => {
  const cases: [what: string, yaml: string, message: string, sections?: string][] = [
    [
      'an unknown function',
      'a: !Frobnicate x',
      'template.yaml:6:7: Template error: encountered unsupported function: Fn::Frobnicate',
    ],
    [
      'a function that is not implemented',
      'a: !ImportValue x',
      'template.yaml:6:7: the local cloud does not implement Fn::ImportValue.',
    ],
    ['a condition outside of Conditions', 'a: !Equals [a, b]', 'Fn::Equals can be used only in Conditions'],
    [
      'a reference to nothing',
      'a: !Ref Missing',
      'Unresolved resource dependencies [Missing]: there is no such resource or parameter.',
    ],
    ['an attribute of nothing', "a: !Sub '${Missing.Arn}'", 'Unresolved resource dependencies [Missing]'],
    [
      'an attribute that a resource has not',
      'a: !GetAtt Queue.Colour',
      'resource Queue does not support attribute type Colour in Fn::GetAtt. It has Arn, Nested.Part, Numbers.',
    ],
    ['GetAtt without an attribute', 'a: !GetAtt Queue', 'every Fn::GetAtt object requires two non-empty parameters'],
    ['a map that is not there', 'a: !FindInMap [Sizes, big, memory]', 'Unable to get mapping for Sizes::big::memory.'],
    ['a list where text must be', "a: !Join ['', [[1]]]", 'a member of Fn::Join must be text, not a list'],
    ['an index outside of the list', 'a: !Select [2, [x, y]]', 'Fn::Select cannot select nonexistent value at index 2'],
    ['a condition that is not there', 'a: !If [Missing, 1, 2]', 'Unresolved condition dependency Missing'],
    [
      'a condition that depends on itself',
      'a: !If [A, 1, 2]',
      'A depends on itself',
      'Conditions: { A: !Not [Condition: B], B: !Not [Condition: A] }',
    ],
    [
      'a resource in a condition',
      'a: !If [A, 1, 2]',
      'Cannot reference resources in the Conditions block',
      'Conditions: { A: !Equals [!Ref Queue, x] }',
    ],
  ];
  test.each(cases)('%s', (_what, yaml, message, sections = '') => {
    expect(() => resolved(yaml, sections, { lookUp: queue })).toThrow(message);
  });
});
