import { describe, expect, test } from '@jest/globals';
import type { Artifact } from '../../src/builder/artifact.ts';
import { checkProperties } from '../../src/stacks/check.ts';
import { createProviders, type Services } from '../../src/stacks/providers.ts';
import { checkReferences, inOrder } from '../../src/template/references.ts';
import { expandServerless } from '../../src/template/sam/expand.ts';
import { createScope } from '../../src/template/scope.ts';
import { readTemplate, type ResourceDefinition } from '../../src/template/template.ts';
import {
  events,
  ofPreference,
  refusedEvents,
  refusedTypes,
  strangers,
  types,
  wrongKinds,
  type Properties,
} from './serverless-properties.ts';

type Fields = Readonly<Record<string, unknown>>;

const providers = new Map(
  createProviders(new Proxy({}, { get: () => ({}) }) as Services).map((provider) => [provider.type, provider]),
);

/** What a serverless resource becomes, once everything has been checked that is checked before a deployment. */
function expanded(
  type: string,
  properties: Fields,
  globals: Fields = {},
  condition?: string,
): Readonly<Record<string, ResourceDefinition>> {
  const text = JSON.stringify({
    Transform: 'AWS::Serverless-2016-10-31',
    Globals: globals,
    Conditions: { Always: { 'Fn::Equals': ['a', 'a'] } },
    Resources: {
      Thing: { Type: type, Properties: properties, ...(condition !== undefined && { Condition: condition }) },
      Bucket: { Type: 'AWS::S3::Bucket' },
      OtherBucket: { Type: 'AWS::S3::Bucket' },
    },
  });
  const template = readTemplate(text, 'template.json');
  // The builder would have read the code from there.
  const code = JSON.stringify(['CodeUri', 'ContentUri', 'InlineCode', 'Location'].map((name) => properties[name]));
  const artifact: Artifact = { Folder: '/code', Sha256: Buffer.from(code).toString('hex') };
  const scope = createScope(template, {
    stackName: 's',
    stackId: 's',
    region: 'us-east-1',
    accountId: '000000000000',
    parameters: {},
  });
  const plain = expandServerless(template, new Map([['Thing', artifact]]), scope);
  checkReferences(plain);
  checkProperties(plain, inOrder(plain, scope), providers, scope);
  return plain.resources;
}

/** Tries every property: it must change what the resource becomes, or be refused by its name, with its place. */
function tryAll(properties: Properties, expand: (properties: Fields) => unknown): void {
  for (const [name, trial] of Object.entries(properties)) {
    if (trial === 'refused') {
      expect(() => expand({ [name]: { any: 'thing' } })).toThrow(
        new RegExp(
          String.raw`^template\.json:\d+:\d+: \w+\.Properties\.([\w.]+\.)?${name}: the local cloud does not implement`,
          'm',
        ),
      );
    } else {
      const without = expand(trial.with ?? {});
      expect({ name, becomes: expand({ ...trial.with, [name]: trial.value }) }).not.toEqual({ name, becomes: without });
    }
  }
}

describe.each(Object.entries(types))('%s', (type, { base, properties }) => {
  test('does something with each property, or refuses it by name', () => {
    tryAll(properties, (own) => expanded(type, { ...base, ...own }));
  });

  test('refuses what SAM does not know', () => {
    expect(() => expanded(type, { ...base, Stranger: 1 })).toThrow('Thing.Properties.Stranger: ');
  });
});

const { base: aFunction = {} } = types['AWS::Serverless::Function'] ?? {};
const functionWith = (own: Fields): unknown => expanded('AWS::Serverless::Function', { ...aFunction, ...own });

describe.each(Object.entries(events))('an event of type %s', (type, { base, properties }) => {
  const expand = (own: Fields): unknown =>
    functionWith({ Events: { E: { Type: type, Properties: { ...base, ...own } } } });

  test('does something with each property, or refuses it by name', () => {
    tryAll(properties, expand);
  });

  test('refuses what SAM does not know', () => {
    expect(() => expand({ Stranger: 1 })).toThrow('Thing.Properties.Events.E.Properties.Stranger: ');
  });
});

describe('a deployment preference', () => {
  test('does something with each member, or refuses it by name', () => {
    tryAll(ofPreference, (own) =>
      expanded(
        'AWS::Serverless::Function',
        { ...aFunction, AutoPublishAlias: 'live', DeploymentPreference: { Type: 'AllAtOnce', ...own } },
        {},
        'Always',
      ),
    );
  });
});

test.each(refusedEvents)('an event of type %s is refused by name', (type) => {
  expect(() => functionWith({ Events: { E: { Type: type, Properties: {} } } })).toThrow(
    `does not implement events of type "${type}" (E)`,
  );
});

test.each(refusedTypes)('%s is refused by name', (type) => {
  expect(() => expanded(type, {})).toThrow(`Thing: the local cloud does not implement ${type}.`);
});

test('an application of a repository is refused by name', () => {
  const Location = {
    ApplicationId: 'arn:aws:serverlessrepo:us-east-1:000000000000:applications/a',
    SemanticVersion: '1.0.0',
  };
  expect(() => expanded('AWS::Serverless::Application', { Location })).toThrow(
    'Thing: the local cloud implements a Location that is the path of a template, not an application of a repository.',
  );
});

test.each(Object.entries(strangers))('%s with a member that there is not is refused', (_what, own) => {
  expect(() => functionWith(own)).toThrow(/Thing\.Properties\.[\w.]+\.Stranger: /);
});

test.each(Object.entries(wrongKinds))('%s of the wrong kind is refused by name', (path, own) => {
  const name = path.split('.')[0] ?? '';
  expect(() => functionWith(own)).toThrow(new RegExp(String.raw`^template\.json:\d+:\d+: Thing.*\b${name}\b`));
});

test('globals set each property that a function has, but for those that SAM does not take there', () => {
  const never = [
    'Role',
    'Policies',
    'FunctionName',
    'Events',
    'InlineCode',
    'ImageUri',
    'ImageConfig',
    'PackageType',
    'AutoPublishCodeSha256',
    'VersionDescription',
  ];
  for (const [name, trial] of Object.entries(types['AWS::Serverless::Function']?.properties ?? {})) {
    const value = trial === 'refused' ? {} : trial.value;
    const own = trial === 'refused' ? {} : (trial.with ?? {});
    const rest = Object.fromEntries(Object.entries({ ...aFunction, ...own }).filter(([other]) => other !== name));
    const expand = (): unknown => expanded('AWS::Serverless::Function', rest, { Function: { [name]: value } });
    if (never.includes(name)) {
      expect(expand).toThrow(`'${name}' is not a supported property of 'Function' in Globals`);
    } else if (trial === 'refused') {
      expect(expand).toThrow(`Thing.Properties.${name}: the local cloud does not implement`);
    } else if (name !== 'CodeUri') {
      expect({ name, becomes: expand() }).toEqual({
        name,
        becomes: expanded('AWS::Serverless::Function', { ...rest, [name]: value }),
      });
    }
  }
});

test.each(['Api', 'HttpApi', 'SimpleTable', 'StateMachine', 'LayerVersion', 'CapacityProvider', 'Stranger'])(
  'globals of %s are refused by name',
  (kind) => {
    expect(() => expanded('AWS::Serverless::Function', aFunction, { [kind]: {} })).toThrow(
      `does not implement Globals of ${kind}`,
    );
  },
);
