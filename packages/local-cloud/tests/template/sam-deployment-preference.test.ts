import { describe, expect, test } from '@jest/globals';
import type { Template } from '../../src/template/template.ts';
import { expanded } from './deployment.ts';

const sections = `Parameters:
  Stage: { Type: String, Default: dev }
  Type: { Type: String, Default: Canary10Percent5Minutes }
  Gradual: { Type: String, Default: 'true' }
Mappings:
  Stages:
    dev: { type: AllAtOnce, gradual: 'False' }
    prod: { type: Linear10PercentEvery1Minute, gradual: 'true' }
Conditions:
  InProd: !Equals [!Ref Stage, prod]
  InDev: !Equals [!Ref Stage, dev]`;

const fn = (preference: string, { more = '', id = 'Fn', attributes = '' } = {}): string => `${id}:
  Type: AWS::Serverless::Function
  ${attributes}
  Properties: { CodeUri: s/, Role: 'arn:aws:iam::1:role/r', AutoPublishAlias: live, DeploymentPreference: ${preference} ${more} }`;

function made(resources: string, parameters: Record<string, string> = {}): Template {
  return expanded(resources, { sections, parameters });
}

const group = (template: Template, id = 'Fn'): Readonly<Record<string, unknown>> =>
  template.resources[`${id}DeploymentGroup`]?.Properties ?? {};
const codeDeployIds = ({ resources }: Template): string[] =>
  Object.keys(resources).filter((id) => /CodeDeploy|Deployment/.test(id));
const predefined = (name: string): unknown => ({
  'Fn::Sub': ['CodeDeployDefault.Lambda${ConfigName}', { ConfigName: name }],
});

describe('a deployment preference', () => {
  test('becomes an application, a group, a role for CodeDeploy and the update policy of the alias', () => {
    const template = made(
      fn(
        '{ Type: Canary10Percent5Minutes, Alarms: [!Ref Alarm], Hooks: { PreTraffic: !Ref Pre, PostTraffic: !Ref Post } }',
      ),
    );
    const { ServerlessDeploymentApplication, CodeDeployServiceRole, FnDeploymentGroup, FnAliaslive } =
      template.resources;
    expect({ ServerlessDeploymentApplication, CodeDeployServiceRole, FnDeploymentGroup }).toEqual({
      ServerlessDeploymentApplication: {
        Type: 'AWS::CodeDeploy::Application',
        DependsOn: [],
        Properties: { ComputePlatform: 'Lambda' },
      },
      CodeDeployServiceRole: {
        Type: 'AWS::IAM::Role',
        DependsOn: [],
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: ['codedeploy.amazonaws.com'] } },
            ],
          },
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda'],
        },
      },
      FnDeploymentGroup: {
        Type: 'AWS::CodeDeploy::DeploymentGroup',
        DependsOn: [],
        Properties: {
          AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: 'Alarm' } }] },
          ApplicationName: { Ref: 'ServerlessDeploymentApplication' },
          AutoRollbackConfiguration: {
            Enabled: true,
            Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
          },
          DeploymentConfigName: predefined('Canary10Percent5Minutes'),
          DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
          ServiceRoleArn: { 'Fn::GetAtt': ['CodeDeployServiceRole', 'Arn'] },
        },
      },
    });
    expect(FnAliaslive?.UpdatePolicy).toEqual({
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: { Ref: 'ServerlessDeploymentApplication' },
        DeploymentGroupName: { Ref: 'FnDeploymentGroup' },
        BeforeAllowTrafficHook: { Ref: 'Pre' },
        AfterAllowTrafficHook: { Ref: 'Post' },
      },
    });
  });

  test('needs no role of SAM where every function names one', () => {
    const named = fn('{ Type: AllAtOnce, Role: !GetAtt ReleaseRole.Arn }');
    expect(codeDeployIds(made(named))).toEqual(['FnDeploymentGroup', 'ServerlessDeploymentApplication']);
    expect(group(made(named))['ServiceRoleArn']).toEqual({ 'Fn::GetAtt': ['ReleaseRole', 'Arn'] });
    const both = `${named}\n${fn('{ Type: AllAtOnce }', { id: 'Other' })}`;
    expect(codeDeployIds(made(both))).toContain('CodeDeployServiceRole');
  });

  test('merges with that of the globals, lists one after the other', () => {
    const globals = `${sections}
Globals:
  Function:
    AutoPublishAlias: live
    DeploymentPreference: { Type: AllAtOnce, Alarms: [a], Hooks: { PreTraffic: pre }, Role: r }`;
    const template = expanded(
      `Fn:
  Type: AWS::Serverless::Function
  Properties: { CodeUri: s/, DeploymentPreference: { Alarms: [b], Hooks: { PostTraffic: post } } }
Hook:
  Type: AWS::Serverless::Function
  Properties: { CodeUri: s/, DeploymentPreference: { Enabled: false } }`,
      { sections: globals },
    );
    expect(group(template)).toMatchObject({
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: 'a' }, { Name: 'b' }] },
      ServiceRoleArn: 'r',
    });
    expect(template.resources['FnAliaslive']?.UpdatePolicy).toMatchObject({
      CodeDeployLambdaAliasUpdate: { BeforeAllowTrafficHook: 'pre', AfterAllowTrafficHook: 'post' },
    });
    expect(template.resources).not.toHaveProperty('HookDeploymentGroup');
    expect(template.resources['HookAliaslive']).not.toHaveProperty('UpdatePolicy');
  });
});

describe('Enabled', () => {
  const cases: [enabled: string, stage: string, isEnabled: boolean][] = [
    ['false', 'dev', false],
    ["'False'", 'dev', false],
    ['true', 'dev', true],
    ['!Ref Gradual', 'dev', true],
    ['!FindInMap [Stages, !Ref Stage, gradual]', 'dev', false],
    ['!FindInMap [Stages, !Ref Stage, gradual]', 'prod', true],
    // SAM does not look into these: what it cannot work out is on.
    ['!If [InProd, true, false]', 'dev', true],
    ['!FindInMap [Stages, elsewhere, gradual]', 'dev', true],
  ];
  test.each(cases)('%s is worked out as SAM does: in %s, %s', (enabled, stage, isEnabled) => {
    const template = made(fn(`{ Type: AllAtOnce, Enabled: ${enabled} }`), { Stage: stage });
    expect(codeDeployIds(template).length > 0).toBe(isEnabled);
    expect(template.resources['FnAliaslive']?.UpdatePolicy !== undefined).toBe(isEnabled);
  });

  test('is true where only other members stand, and false where none stand', () => {
    expect(codeDeployIds(made(fn('{ Type: AllAtOnce }')))).toHaveLength(3);
    expect(codeDeployIds(made(fn('{}')))).toEqual([]);
  });
});

describe('Type', () => {
  const cases: [type: string, name: unknown][] = [
    ['Linear10PercentEvery3Minutes', predefined('Linear10PercentEvery3Minutes')],
    ['CodeDeployDefault.LambdaAllAtOnce', 'CodeDeployDefault.LambdaAllAtOnce'],
    ['MyOwn', 'MyOwn'],
    ['!Ref Own', { Ref: 'Own' }],
    ['!Ref Type', predefined('Canary10Percent5Minutes')],
    ['!FindInMap [Stages, !Ref Stage, type]', predefined('AllAtOnce')],
    [
      '!If [InProd, !Ref Type, !FindInMap [Stages, dev, type]]',
      { 'Fn::If': ['InProd', predefined('Canary10Percent5Minutes'), predefined('AllAtOnce')] },
    ],
    [
      '!If [InProd, MyOwn, !If [InDev, AllAtOnce, !Ref Own]]',
      { 'Fn::If': ['InProd', 'MyOwn', { 'Fn::If': ['InDev', predefined('AllAtOnce'), { Ref: 'Own' }] }] },
    ],
    ['!Sub "${Type}"', predefined('Canary10Percent5Minutes')],
    ['!Sub "${Stage}-${Own}"', { 'Fn::Sub': 'dev-${Own}' }],
  ];
  test.each(cases)('%s becomes the name of a configuration', (type, name) => {
    expect(group(made(fn(`{ Type: ${type} }`)))['DeploymentConfigName']).toEqual(name);
  });
});

describe('Alarms', () => {
  const cases: [alarms: string, configuration: unknown][] = [
    ['[a, !Ref B]', { Enabled: true, Alarms: [{ Name: 'a' }, { Name: { Ref: 'B' } }] }],
    ['[]', undefined],
    ['!Ref AWS::NoValue', undefined],
    ['[!Ref AWS::NoValue]', {}],
    [
      '!If [InProd, [a], [!Ref AWS::NoValue]]',
      { 'Fn::If': ['InProd', { Enabled: true, Alarms: [{ Name: 'a' }] }, {}] },
    ],
    ['!If [InProd, [], [a]]', { 'Fn::If': ['InProd', {}, { Enabled: true, Alarms: [{ Name: 'a' }] }] }],
  ];
  test.each(cases)('%s become the configuration of the group', (alarms, configuration) => {
    expect(group(made(fn(`{ Type: AllAtOnce, Alarms: ${alarms} }`)))['AlarmConfiguration']).toEqual(configuration);
  });
});

describe('conditions', () => {
  const inProd = (preference: string, id = 'Fn'): string => fn(preference, { id, attributes: 'Condition: InProd' });
  const conditionsOf = ({ resources }: Template): Record<string, string | undefined> =>
    Object.fromEntries(
      ['FnDeploymentGroup', 'ServerlessDeploymentApplication', 'CodeDeployServiceRole', 'FnAliaslive'].map((id) => [
        id,
        resources[id]?.Condition,
      ]),
    );

  test('stay with the function where they are not passed through', () => {
    expect(conditionsOf(made(inProd('{ Type: AllAtOnce }')))).toEqual({ FnAliaslive: 'InProd' });
  });

  test('are passed through to all that exists only for the function', () => {
    expect(conditionsOf(made(inProd("{ Type: AllAtOnce, PassthroughCondition: 'true' }")))).toEqual({
      FnDeploymentGroup: 'InProd',
      ServerlessDeploymentApplication: 'InProd',
      CodeDeployServiceRole: 'InProd',
      FnAliaslive: 'InProd',
    });
  });

  test('are joined where there are several, and count for nothing beside a function that has none', () => {
    const passing = '{ Type: AllAtOnce, PassthroughCondition: true }';
    const other = fn(passing, { id: 'Other', attributes: 'Condition: InDev' });
    const template = made(`${inProd(passing)}\n${other}`);
    expect(template.resources['ServerlessDeploymentApplication']?.Condition).toBe('ServerlessCodeDeployCondition');
    expect(template.conditions['ServerlessCodeDeployCondition']).toEqual({
      'Fn::Or': [{ Condition: 'InProd' }, { Condition: 'InDev' }],
    });
    const withThird = made(`${inProd(passing)}\n${other}\n${fn(passing, { id: 'Third' })}`);
    expect(withThird.resources['ServerlessDeploymentApplication']?.Condition).toBeUndefined();
    expect(withThird.conditions).not.toHaveProperty('ServerlessCodeDeployCondition');
  });

  test('more than ten are joined in steps', () => {
    const names = Array.from({ length: 12 }, (_, index) => `C${String(index)}`);
    const conditions = names.map((name) => `  ${name}: !Equals [a, b]`).join('\n');
    const functions = names
      .map((name) =>
        fn('{ Type: AllAtOnce, PassthroughCondition: true }', { id: `Fn${name}`, attributes: `Condition: ${name}` }),
      )
      .join('\n');
    const template = expanded(functions, { sections: `${sections}\n${conditions}` });
    const of = (list: string[]): unknown => ({ 'Fn::Or': list.map((Condition) => ({ Condition })) });
    expect(template.conditions).toMatchObject({
      ServerlessCodeDeployCondition1: of(names.slice(0, 10)),
      ServerlessCodeDeployCondition: of([...names.slice(10), 'ServerlessCodeDeployCondition1']),
    });
  });
});

describe('is refused, with its place,', () => {
  const cases: [what: string, resources: string, message: string][] = [
    ['without a type', fn('{ Alarms: [a] }'), "'DeploymentPreference' is missing required Property 'Type'"],
    [
      'without an alias',
      `Fn:\n  Type: AWS::Serverless::Function\n  Properties: { CodeUri: s/, DeploymentPreference: { Type: AllAtOnce } }`,
      "'DeploymentPreference' requires AutoPublishAlias property to be specified.",
    ],
    ['with alarms that are no list', fn('{ Type: AllAtOnce, Alarms: a }'), 'Alarms must be a list'],
    [
      'with alarms of which a branch is no list',
      fn('{ Type: AllAtOnce, Alarms: !If [InProd, a, []] }'),
      'Alarms must be a list',
    ],
    [
      'with hooks as a whole under a condition, which SAM would lose',
      fn('{ Type: AllAtOnce, Hooks: !If [InProd, { PreTraffic: p }, {}] }'),
      'Fn.Properties.DeploymentPreference.Hooks.Fn::If: the local cloud does not implement',
    ],
    [
      'with triggers',
      fn('{ Type: AllAtOnce, TriggerConfigurations: [] }'),
      'Fn.Properties.DeploymentPreference.TriggerConfigurations: the local cloud does not implement',
    ],
    [
      'with a condition to pass through that SAM cannot work out',
      fn('{ Type: AllAtOnce, PassthroughCondition: !If [InProd, true, false] }'),
      'the only intrinsic functions supported for property PassthroughCondition are FindInMap and parameter Refs.',
    ],
    [
      'with a condition to pass through that is neither true nor false',
      fn('{ Type: AllAtOnce, PassthroughCondition: perhaps }'),
      'Invalid value for property PassthroughCondition.',
    ],
    [
      'beside a resource of the name that SAM gives the application',
      `${fn('{ Type: AllAtOnce }')}\nServerlessDeploymentApplication: { Type: X }`,
      'two resources are called ServerlessDeploymentApplication',
    ],
  ];
  test.each(cases)('%s', (_what, resources, message) => {
    expect(() => made(resources)).toThrow(message);
    expect(() => made(resources)).toThrow(/^template\.yaml:\d+:\d+: /);
  });
});
