import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRandom } from '../../src/core/random.ts';
import type { Provider } from '../../src/stacks/provider.ts';
import { createProviders, type Services } from '../../src/stacks/providers.ts';
import { accepted } from '../../src/template/accepted.ts';
import { createDescriber } from './described.ts';
import { publishedProperties, type PublishedProperty } from './published.ts';
import { described, shownBy } from './shown-by.ts';
import { pathsOf, recorded } from './recorded.ts';
import { everyProperty, secondRelease } from './resources.ts';
import { startWholeCloud, type WholeCloud } from './whole-cloud.ts';
import { withProperty } from './with-property.ts';

/** Every type that a template may have. The providers are not called here, so they need no services. */
const types = createProviders(new Proxy({}, { get: () => ({}) }) as Services).map(({ type }) => type);

/** Code that was built is no property of AWS's: it stands where a zip in S3 would. */
const ownOfBuilds = /^(Code|Content|TemplateURL)\.(Folder|Sha256)$/;

/** Properties that may have one value only, which is what is so without them; every other value is refused. */
const oneValue: Readonly<Record<string, { properties: readonly string[]; other: Readonly<Record<string, unknown>> }>> =
  {
    'AWS::ApiGatewayV2::Api': { properties: ['ProtocolType'], other: { ProtocolType: 'WEBSOCKET' } },
    'AWS::ApiGatewayV2::Authorizer': { properties: ['AuthorizerType'], other: { AuthorizerType: 'REQUEST' } },
    'AWS::ApiGatewayV2::Integration': {
      properties: ['IntegrationType', 'PayloadFormatVersion'],
      other: { IntegrationType: 'HTTP_PROXY', PayloadFormatVersion: '1.0' },
    },
    'AWS::ApiGatewayV2::Stage': {
      properties: ['StageName', 'AutoDeploy'],
      other: { StageName: 'v1', AutoDeploy: false },
    },
    'AWS::Lambda::Function': { properties: ['PackageType'], other: { PackageType: 'Image' } },
    'AWS::CodeDeploy::Application': { properties: ['ComputePlatform'], other: { ComputePlatform: 'ECS' } },
    'AWS::CodeDeploy::DeploymentGroup': {
      properties: ['DeploymentStyle'],
      other: { DeploymentStyle: { DeploymentType: 'IN_PLACE' } },
    },
    'AWS::Cognito::UserPool': {
      properties: ['UsernameAttributes', 'AutoVerifiedAttributes', 'AccountRecoverySetting'],
      other: {
        UsernameAttributes: ['phone_number'],
        AutoVerifiedAttributes: ['phone_number'],
        AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
      },
    },
    'AWS::Cognito::UserPoolClient': {
      properties: [
        'GenerateSecret',
        'AllowedOAuthFlowsUserPoolClient',
        'AllowedOAuthFlows',
        'SupportedIdentityProviders',
        'ExplicitAuthFlows',
        'PreventUserExistenceErrors',
        'EnableTokenRevocation',
      ],
      other: {
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: false,
        AllowedOAuthFlows: ['implicit'],
        SupportedIdentityProviders: ['Google'],
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
        PreventUserExistenceErrors: 'LEGACY',
        EnableTokenRevocation: false,
      },
    },
    'AWS::Cognito::UserPoolDomain': { properties: ['ManagedLoginVersion'], other: { ManagedLoginVersion: 1 } },
    'AWS::Cognito::ManagedLoginBranding': {
      properties: ['UseCognitoProvidedValues'],
      other: { UseCognitoProvidedValues: false },
    },
    'AWS::Events::Rule': { properties: ['EventBusName'], other: { EventBusName: 'other' } },
    'AWS::Scheduler::Schedule': { properties: ['GroupName'], other: { GroupName: 'other' } },
    'AWS::S3::Bucket': {
      properties: [
        'OwnershipControls',
        'BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault',
      ],
      other: {
        OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
        },
      },
    },
  };

const samples = secondRelease({ Folder: '/code', Sha256: 'ab' });

type Seen = { ref: string; properties: Record<string, unknown> };

let cloud: WholeCloud;
let describer: ReturnType<typeof createDescriber>;
/** What each provider has read of the properties that it was given, by type. */
const read = new Map<string, Set<string>>(types.map((type) => [type, new Set()]));
/** What was deployed, resolved, by logical id. */
const deployed = new Map<string, Seen>();

beforeAll(async () => {
  cloud = await startWholeCloud((provider: Provider): Provider => {
    const watched = (properties: unknown): unknown =>
      recorded(properties, (path) => read.get(provider.type)?.add(path));
    const remember = <T extends { ref: string }>(logicalId: string, properties: unknown, made: T): T => {
      deployed.set(logicalId, { ref: made.ref, properties: properties as Record<string, unknown> });
      return made;
    };
    return {
      ...provider,
      create: async (made) =>
        remember(
          made.logicalId,
          made.properties,
          await provider.create({ ...made, properties: watched(made.properties) }),
        ),
    };
  });
  describer = createDescriber(cloud.endpoint, cloud.apigateway);
  await cloud.deploy(everyProperty(cloud.artifact));
  await cloud.deploy(secondRelease(cloud.artifact));
  // Some is read only when it is asked for.
  for (const [logicalId, { ref }] of deployed) await describer.describe(samples[logicalId]?.Type ?? '', ref);
});
afterAll(async () => {
  describer.stop();
  await cloud.stop();
});

const textOf = (file: string): string => readFileSync(join(import.meta.dirname, '..', file), 'utf8');
const ofType = (type: string): [string, Record<string, unknown>][] =>
  Object.entries(samples).flatMap(([id, one]) => (one.Type === type ? [[id, one.Properties]] : []));
const usedPaths = (type: string): Set<string> => new Set(ofType(type).flatMap(([, properties]) => pathsOf(properties)));
const dotted = ({ path }: PublishedProperty): string => path.join('.');
const isWithin = (path: string, property: string): boolean => path === property || path.startsWith(`${property}.`);
const isAccepted = (type: string, path: string): boolean =>
  accepted.some((one) => [type, 'any type'].includes(one.type) && isWithin(path, one.property));
const hasOneValue = (type: string, path: string): boolean =>
  oneValue[type]?.properties.some((property) => isWithin(path, property)) ?? false;

describe.each(types)('%s', (type) => {
  const published = publishedProperties(type);
  const used = usedPaths(type);
  const [[sampleId, sample] = ['', {}]] = ofType(type);

  test('has a sample, which uses only what AWS publishes', () => {
    const known = new Set(published.map(dotted));
    // Below a document or a map the names are the template's.
    const open = (path: string): boolean =>
      published.some(
        (one) =>
          path.startsWith(`${dotted(one)}.`) && !published.some((other) => dotted(other).startsWith(`${dotted(one)}.`)),
      );
    expect(sampleId).not.toBe('');
    expect([...used].filter((path) => !known.has(path) && !open(path) && !ownOfBuilds.test(path))).toEqual([]);
  });

  test('refuses by its full name what it does not implement, and names nothing that AWS does not know', async () => {
    const candidates = published.filter((one) => !used.has(dotted(one)));
    const resources = Object.fromEntries(
      candidates.map((one, index) => [
        `Thing${String(index)}`,
        { Type: type, Properties: withProperty(sample, one, published) },
      ]),
    );
    // A type that there is not: nothing is made, whatever happens to the rest.
    const attempt = cloud.deploy({ ...samples, ...resources, Never: { Type: 'No::Such::Type' } }, 'refused');
    const lines = await attempt.then(
      () => [],
      (error: unknown) => (error as Error).message.split('\n'),
    );
    const silent = candidates.filter(({ path }, index) => {
      const above = path.map((_, depth) => path.slice(0, depth + 1).join(String.raw`(\.\d+)*\.`));
      const named = new RegExp(
        String.raw`^template\.json:\d+:\d+: Thing${String(index)}\.Properties\.(${above.join('|')}): the local cloud does not implement|^template\.json:\d+:\d+: Thing${String(index)}\.Properties\.(Code|Content): the local cloud runs code that it built`,
      );
      return !lines.some((line) => named.test(line));
    });
    expect(silent.map(dotted)).toEqual([]);
  });

  test('reads all that it takes', () => {
    const unread = published
      .map(dotted)
      .filter((path) => used.has(path) && read.get(type)?.has(path) !== true)
      .filter((path) => !isAccepted(type, path) && !hasOneValue(type, path));
    expect(unread).toEqual([]);
  });

  test('refuses every other value where it takes one only', () => {
    const provider = cloud.providers.find((one) => one.type === type) as Provider;
    for (const [name, value] of Object.entries(oneValue[type]?.other ?? {})) {
      const { error } = provider.schema.safeParse({ ...deployed.get(sampleId)?.properties, [name]: value });
      expect(error?.issues.map(({ path }) => path[0])).toEqual([name]);
    }
  });

  test('has a test for the effect of each property that it takes', () => {
    const rows = shownBy[type] ?? {};
    const implemented = published.map(dotted).filter((path) => used.has(path));
    const rowOf = (path: string): string | undefined =>
      Object.keys(rows)
        .filter((property) => isWithin(path, property))
        .sort((a, b) => b.length - a.length)[0];
    expect(implemented.filter((path) => rowOf(path) === undefined)).toEqual([]);
    expect(Object.keys(rows).filter((row) => !implemented.some((path) => rowOf(path) === row))).toEqual([]);
    const titles = Object.values(rows).filter((row) => row !== described);
    expect(titles.filter(([file, title]) => !textOf(file).includes(title))).toEqual([]);
  });

  test('shows through the API each property that it takes, and forgets it again with the property', async () => {
    const provider = cloud.providers.find((one) => one.type === type) as Provider;
    // A nested stack is changed by the engine only: stacks/nested.test.ts shows it.
    if (provider.isSettled !== undefined) return;
    const unseen = new Set<string>();
    const seen = new Set<string>();
    for (const [logicalId] of ofType(type)) {
      const { ref, properties } = deployed.get(logicalId) as Seen;
      const stack = {
        stackName: 's',
        stackId: 's',
        region: 'us-east-1',
        accountId: '000000000000',
        random: createRandom(3),
      };
      const change = async (from: unknown, to: unknown): Promise<void> => {
        await provider.update({ logicalId, ref, before: from, properties: to, stack });
      };
      if (provider.replacedBy.length >= Object.keys(properties).length) continue;
      await change(properties, properties);
      const whole = await describer.describe(type, ref);
      for (const name of Object.keys(properties)) {
        const rest = Object.fromEntries(Object.entries(properties).filter(([other]) => other !== name));
        const without = provider.schema.safeParse(rest);
        if (provider.replacedBy.includes(name) || !without.success) continue;
        if (isAccepted(type, name) || hasOneValue(type, name)) continue;
        try {
          await change(properties, without.data);
        } catch {
          // The service does not go without it.
          seen.add(name);
          continue;
        }
        (isDeepStrictEqual(await describer.describe(type, ref), whole) ? unseen : seen).add(name);
        await change(without.data, properties);
        expect({ name, after: await describer.describe(type, ref) }).toEqual({ name, after: whole });
      }
    }
    expect([...unseen].filter((name) => !seen.has(name))).toEqual([]);
  });
});

test('at most ten names are accepted without effect, and whoever uses one is told so, once', async () => {
  expect(new Set(accepted.map(({ property }) => property)).size).toBeLessThanOrEqual(10);
  const notes = (): string[] =>
    cloud.observed.flatMap((event) => (event.type === 'accepted-without-effect' ? [event.text] : []));
  expect(notes()).toEqual(accepted.map(({ type, property }) => expect.stringContaining(`${property} (${type}): `)));
});

test('the published properties are implemented, refused or accepted; so many are each', () => {
  const all = types.flatMap((type) => {
    const used = usedPaths(type);
    return publishedProperties(type).map((one) => {
      const path = dotted(one);
      return !used.has(path) ? 'refused' : isAccepted(type, path) ? 'accepted' : 'implemented';
    });
  });
  const count = (kind: string): number => all.filter((one) => one === kind).length;
  expect(count('implemented') + count('refused') + count('accepted')).toBe(all.length);
  console.info(
    `${String(types.length)} resource types, ${String(all.length)} properties: ${String(count('implemented'))} implemented, ${String(count('refused'))} refused by name, ${String(count('accepted'))} accepted with a line.`,
  );
});
