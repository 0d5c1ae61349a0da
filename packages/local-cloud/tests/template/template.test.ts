import { describe, expect, test } from '@jest/globals';
import { parameterValues } from '../../src/template/parameters.ts';
import { checkReferences, inOrder } from '../../src/template/references.ts';
import { createScope } from '../../src/template/scope.ts';
import { readTemplate, type Template } from '../../src/template/template.ts';

const read = (text: string): Template => readTemplate(text, 'template.yaml');
const resources = (text: string): Template => read(`Resources:\n  ${text.trim().replaceAll('\n', '\n  ')}`);
/** An alias A that CodeDeploy moves as `update` says, and other resources. */
const alias = (update: string, others = ''): string =>
  `Resources: { A: { Type: "AWS::Lambda::Alias", UpdatePolicy: { CodeDeployLambdaAliasUpdate: ${update} } }, ${others} }`;

describe('a template that AWS would refuse is refused, with file, line and column', () => {
  const cases: [what: string, text: string, message: string][] = [
    [
      'no resources',
      'Outputs: {}',
      'template.yaml:1:1: Template format error: At least one Resources member must be defined.',
    ],
    [
      'a section that there is not',
      'Resource:\n  A: { Type: X }',
      'template.yaml:1:1: Invalid template property or properties [Resource].',
    ],
    [
      'a resource without a type',
      'Resources:\n  A:\n    Properties: {}',
      'template.yaml:2:3: Template format error: [A] Every Resources object must contain a Type member.',
    ],
    [
      'an attribute that there is not',
      'Resources:\n  A:\n    Type: X\n    Propertys: {}',
      "template.yaml:4:5: Invalid template resource property 'Propertys' (A).",
    ],
    ['a name that is no name', 'Resources:\n  A-b: { Type: X }', 'Resource name A-b is non alphanumeric'],
    ['a doubled key', 'Resources:\n  A: { Type: X }\n  A: { Type: Y }', 'template.yaml:3:3: Map keys must be unique'],
    ['broken YAML', 'Resources:\n  A: [', 'template.yaml:2:'],
    [
      'an alias',
      'Resources:\n  A: &a { Type: X }\n  B: *a',
      'template.yaml:3:6: CloudFormation does not read YAML aliases (*a).',
    ],
    [
      'another version',
      'AWSTemplateFormatVersion: "2011"\nResources: { A: { Type: X } }',
      'is not a supported value for AWSTemplateFormatVersion',
    ],
    [
      'an output without a value',
      'Resources: { A: { Type: X } }\nOutputs: { O: {} }',
      'template.yaml:2:12: Template format error: Output O is malformed.',
    ],
  ];
  test.each(cases)('%s', (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe('what is not implemented is refused by name', () => {
  const cases: [what: string, text: string, message: string][] = [
    [
      'a transform',
      'Transform: AWS::LanguageExtensions\nResources: { A: { Type: X } }',
      'does not implement the transform "AWS::LanguageExtensions"',
    ],
    [
      'a creation policy',
      'Resources: { A: { Type: X, CreationPolicy: {} } }',
      'A: the local cloud does not implement CreationPolicy.',
    ],
    [
      'an update policy of anything but an alias',
      'Resources: { A: { Type: X, UpdatePolicy: {} } }',
      'A: the local cloud does not implement UpdatePolicy of X.',
    ],
    [
      'an update policy of another kind',
      'Resources: { A: { Type: AWS::Lambda::Alias, UpdatePolicy: { AutoScalingRollingUpdate: {} } } }',
      'A: the local cloud does not implement UpdatePolicy.AutoScalingRollingUpdate.',
    ],
    [
      'an update policy with another member',
      alias('{ ApplicationName: a, DeploymentGroupName: g, Speed: 3 }'),
      'A: the local cloud does not implement UpdatePolicy.CodeDeployLambdaAliasUpdate.Speed.',
    ],
    [
      'an update policy without its deployment group',
      alias('{ ApplicationName: a }'),
      'A: UpdatePolicy.CodeDeployLambdaAliasUpdate needs DeploymentGroupName.',
    ],
    [
      'an update policy that is no object',
      alias('a'),
      'UpdatePolicy.CodeDeployLambdaAliasUpdate of A must be an object.',
    ],
    ['a snapshot', 'Resources: { A: { Type: X, DeletionPolicy: Snapshot } }', 'not "Snapshot"'],
    [
      'an export',
      'Resources: { A: { Type: X } }\nOutputs: { O: { Value: 1, Export: { Name: n } } }',
      'output O: the local cloud does not implement Export',
    ],
  ];
  test.each(cases)('%s', (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

test('JSON is read like YAML', () => {
  const text = JSON.stringify({
    Resources: { A: { Type: 'X', Properties: { a: { Ref: 'AWS::Region' } }, DependsOn: 'B' }, B: { Type: 'X' } },
  });
  expect(read(text).resources['A']).toEqual({ Type: 'X', Properties: { a: { Ref: 'AWS::Region' } }, DependsOn: ['B'] });
});

describe('parameters', () => {
  const template = read(`
Parameters:
  Stage: { Type: String, AllowedValues: [dev, prod] }
  Count: { Type: Number, Default: 3, MinValue: 1, MaxValue: 5 }
  Names: { Type: CommaDelimitedList, Default: 'a, b' }
  Code: { Type: String, Default: abc, AllowedPattern: '[a-z]+', MinLength: 2, MaxLength: 4, ConstraintDescription: must be short }
Resources: { A: { Type: X } }`);

  test('take what is given, else their default', () => {
    expect(parameterValues(template, { Stage: 'dev', Count: '4' })).toEqual({
      Stage: 'dev',
      Count: '4',
      Names: ['a', 'b'],
      Code: 'abc',
    });
  });

  const cases: [what: string, given: Record<string, string>, message: string][] = [
    ['a missing value', {}, 'Parameters: [Stage] must have values.'],
    ['an unknown parameter', { Stage: 'dev', Stge: 'x' }, 'Parameters: [Stge] do not exist in the template.'],
    [
      'a value that is not allowed',
      { Stage: 'test' },
      'template.yaml:3:3: Parameter \'Stage\' must be one of AllowedValues (dev, prod); it is "test".',
    ],
    ['a number that is none', { Stage: 'dev', Count: 'many' }, "Parameter 'Count' must be a number"],
    ['a number too large', { Stage: 'dev', Count: '6' }, "Parameter 'Count' must be a number not greater than 5"],
    [
      'a text that does not match, whole',
      { Stage: 'dev', Code: 'ab1' },
      "Parameter 'Code' failed to satisfy constraint: must be short",
    ],
    ['a text too long', { Stage: 'dev', Code: 'abcde' }, "Parameter 'Code' failed to satisfy constraint"],
  ];
  test.each(cases)('refuse %s', (_what, given, message) => {
    expect(() => parameterValues(template, given)).toThrow(message);
  });

  test('of types that are not implemented are refused by name', () => {
    const ssm = read(
      'Parameters: { P: { Type: "AWS::SSM::Parameter::Value<String>" } }\nResources: { A: { Type: X } }',
    );
    expect(() => parameterValues(ssm, { P: 'x' })).toThrow(
      'does not implement the parameter type AWS::SSM::Parameter::Value<String>',
    );
  });
});

test('an alias keeps its update policy', () => {
  const policy = { ApplicationName: { Ref: 'B' }, DeploymentGroupName: 'g', BeforeAllowTrafficHook: 'h' };
  expect(read(alias(JSON.stringify(policy))).resources['A']?.UpdatePolicy).toEqual({
    CodeDeployLambdaAliasUpdate: policy,
  });
});

describe('the order of resources', () => {
  const order = (template: Template): string[] => {
    const parameters = parameterValues(template, {});
    const scope = createScope(template, { stackName: 's', stackId: 'i', region: 'r', accountId: 'a', parameters });
    checkReferences(template);
    return inOrder(template, scope).map(({ logicalId }) => logicalId);
  };

  test('puts each after all that it mentions', () => {
    const template = resources(`
A: { Type: X, Properties: { b: !Sub 'x-\${B.Arn}' } }
B: { Type: X, Properties: { c: [!GetAtt C.Arn] } }
C: { Type: X, DependsOn: D }
D: { Type: X }`);
    expect(order(template)).toEqual(['D', 'C', 'B', 'A']);
  });

  test('puts an alias after what its update policy mentions, which must be there', () => {
    const group = 'B: { Type: X, Properties: { c: !Ref C } }, C: { Type: X }';
    const policy = '{ ApplicationName: !Ref C, DeploymentGroupName: !Ref B }';
    expect(order(read(alias(policy, group)))).toEqual(['C', 'B', 'A']);
    expect(() => order(read(alias(policy, 'C: { Type: X }')))).toThrow('Unresolved resource dependencies [B]');
    expect(() => order(read(alias(policy, 'B: { Type: X, Properties: { a: !Ref A } }, C: { Type: X }')))).toThrow(
      'Circular dependency between resources: [A, B]',
    );
  });

  test('leaves out what its condition leaves out, and does not wait for it', () => {
    const template = read(`
Conditions: { Never: !Equals [a, b] }
Resources:
  A: { Type: X, DependsOn: B, Properties: { b: !If [Never, !Ref B, none] } }
  B: { Type: X, Condition: Never, Properties: { a: !Ref A } }`);
    expect(order(template)).toEqual(['A']);
  });

  test('is refused where it goes round in a circle, naming who is in it', () => {
    const template = resources(`
Outside: { Type: X, Properties: { a: !Ref A } }
A: { Type: X, Properties: { b: !Ref B } }
B: { Type: X, Properties: { c: !Ref C } }
C: { Type: X, Properties: { a: !Ref A } }`);
    expect(() => order(template)).toThrow(/Circular dependency between resources: \[[ABC], [ABC], [ABC]\] \(/);
  });

  test('needs every reference to lead somewhere, in untaken branches and outputs too; all are named', () => {
    const template = read(`
Conditions: { Never: !Equals [a, b] }
Resources:
  A: { Type: X, DependsOn: Gone, Condition: Missing, Properties: { b: !If [Never, !Ref Nobody, 1] } }
Outputs:
  O: { Value: !GetAtt Nothing.Arn }`);
    expect(() => checkReferences(template)).toThrow(
      [
        'template.yaml:4:60: Template format error: Unresolved condition dependency Missing: Conditions has no such name.',
        'template.yaml:4:17: Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template.',
        'template.yaml:4:101: Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template.',
        'template.yaml:6:15: Template error: instance of Fn::GetAtt references undefined resource Nothing.',
      ]
        .map((line) => line.replace(/:\d+:\d+/, ''))
        .map((line) => line.slice('template.yaml: '.length))[0],
    );
    for (const name of ['Missing', 'Gone', 'Nobody', 'Nothing']) expect(() => checkReferences(template)).toThrow(name);
  });
});
