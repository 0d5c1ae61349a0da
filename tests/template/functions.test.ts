import { describe, expect, test } from '@jest/globals';
import type { PropertiesOf } from './properties.ts';
import { getAtt, ofType, readTemplate, resource, stages } from './template.ts';

const template = readTemplate();
const functions = ofType(template, 'AWS::Serverless::Function');

// The retentions that CloudWatch Logs takes, days.
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365];

describe.each(functions)('%s', (id, { Properties: fn, ...attributes }) => {
  test('runs on Node 24, on the architecture that the parameter says', () => {
    expect(fn.Runtime).toBe('nodejs24.x');
    for (const Architecture of ['arm64', 'x86_64']) {
      expect(withParameters(id, { Architecture }).Architectures).toEqual([Architecture]);
    }
  });

  test('says how much memory and time it needs', () => {
    expect(fn.MemorySize).toBeGreaterThanOrEqual(fn.Layers ? 1024 : 128); // a hostile image takes 285 MB before it is refused
    expect(fn.MemorySize).toBeLessThanOrEqual(10_240);
    expect(fn.Timeout).toBeGreaterThan(3); // the work stops three seconds before
    expect(fn.Timeout).toBeLessThanOrEqual(900);
  });

  test('is released behind the alias live, with a new version for every change', () => {
    expect(fn).toMatchObject({
      AutoPublishAlias: 'live',
      AutoPublishAliasAllProperties: true,
      AutoPublishCodeSha256: '',
    });
    expect(withParameters(id, { ReleaseId: 'abc' }).AutoPublishCodeSha256).toBe('abc');
  });

  test('has a role of its own, written out', () => {
    const role = fn.Role?.['Fn::GetAtt'];
    expect(role?.[1]).toBe('Arn');
    expect(resource(template, role?.[0] ?? '', 'AWS::IAM::Role')).toBeDefined();
    expect(functions.filter(([, other]) => other.Properties.Role?.['Fn::GetAtt'][0] === role?.[0])).toHaveLength(1);
    expect(fn.Policies).toBeUndefined();
  });

  test('logs as JSON into a group of its own, which forgets, in every stage', () => {
    const group = fn.LoggingConfig?.LogGroup?.Ref ?? '';
    expect(fn.LoggingConfig).toMatchObject({ LogFormat: 'JSON', ApplicationLogLevel: 'INFO' });
    expect(functions.filter(([, other]) => other.Properties.LoggingConfig?.LogGroup?.Ref === group)).toHaveLength(1);
    for (const Stage of stages) {
      const { RetentionInDays } = resource(readTemplate({ Stage }), group, 'AWS::Logs::LogGroup').Properties;
      expect(retentions).toContain(RetentionInDays);
    }
  });

  test.each(['dev', 'prod'])('is traced in %s', (Stage) => {
    expect(withParameters(id, { Stage }).Tracing).toBe('Active');
  });

  test('has an environment under 4 KB, whatever the names in it become', () => {
    const LONGEST_NAME = 256; // an ARN of a topic
    const bytes = Object.entries(fn.Environment?.Variables ?? {}).map(
      ([name, value]) => name.length + (typeof value === 'string' ? value.length : LONGEST_NAME),
    );
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(4096);
  });

  test('reserves no concurrency by default, since a new account refuses any', () => {
    expect(fn.ReservedConcurrentExecutions).toBeUndefined();
    const { ReservedConcurrentExecutions } = withParameters(id, { ReservedConcurrency: '5' });
    expect(Number(ReservedConcurrentExecutions)).toBeGreaterThanOrEqual(1);
  });

  test('is bundled like the others, sharp left to the layer', () => {
    const { Loader, ...properties } = attributes.Metadata?.BuildProperties ?? {};
    // Hooks carry the pictures that they try a version on.
    expect(Loader === undefined || id.startsWith('Verify')).toBe(true);
    expect({ ...attributes.Metadata, BuildProperties: properties }).toEqual({
      BuildMethod: 'esbuild',
      BuildProperties: {
        EntryPoints: ['handler.ts'],
        External: ['sharp', '@aws-sdk/nested-clients'],
        Format: 'cjs',
        MainFields: 'module,main',
        Minify: true,
        Sourcemap: false,
        Target: 'node24',
      },
    });
    expect(fn.Handler).toBe('handler.handler');
  });
});

const asynchronous = functions.filter(([, { Properties }]) =>
  Object.values(Properties.Events ?? {}).some(({ Type }) => Type !== 'SQS'),
);

test('generate-thumbnails, reconcile-images and repair-after-rollback are invoked asynchronously', () => {
  expect(asynchronous.map(([id]) => id)).toEqual([
    'GenerateThumbnailsFunction',
    'ReconcileImagesFunction',
    'RepairAfterRollbackFunction',
  ]);
});

test.each(asynchronous)('%s is tried twice more, then its event is set aside', (_, { Properties }) => {
  const config = Properties.EventInvokeConfig;
  expect(config?.MaximumRetryAttempts).toBe(2);
  expect(config?.MaximumEventAgeInSeconds).toBeGreaterThanOrEqual(3600);
  const failed = config?.DestinationConfig?.OnFailure;
  expect(failed?.Type).toBe('SQS');
  // Lambda sends there as the function's role.
  const role = resource(template, Properties.Role?.['Fn::GetAtt'][0] ?? '', 'AWS::IAM::Role').Properties;
  expect(role.Policies?.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toContainEqual(
    expect.objectContaining({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: failed?.Destination }),
  );
});

test.each(['1', '-1', '1000', 'many', ''])('a reservation of "%s" is refused before anything is deployed', (value) => {
  expect(value).not.toMatch(new RegExp(template.Parameters['ReservedConcurrency']?.AllowedPattern ?? ''));
});

test('events that SNS cannot hand over and events that failed wait in the same queue', () => {
  const { Events, EventInvokeConfig } = resource(
    template,
    'GenerateThumbnailsFunction',
    'AWS::Serverless::Function',
  ).Properties;
  const queue = getAtt('ThumbnailsFailureQueue');
  expect(EventInvokeConfig?.DestinationConfig?.OnFailure?.Destination).toEqual(queue);
  expect(Object.values(Events ?? {}).map(({ Properties }) => Properties.RedrivePolicy)).toEqual([
    { deadLetterTargetArn: queue },
  ]);
});

function withParameters(id: string, given: Record<string, string>): PropertiesOf<'AWS::Serverless::Function'> {
  return resource(readTemplate(given), id, 'AWS::Serverless::Function').Properties;
}
