import { describe, expect, test } from '@jest/globals';
import { statementsOf } from './policies.ts';
import { getAtt, ofType, readTemplate, resource, stages } from './template.ts';

const template = readTemplate();
const functions = ofType(template, 'AWS::Serverless::Function');
const released = functions.filter(([, { Properties }]) => Properties.DeploymentPreference?.Enabled === true);
const hooks = ['VerifyBeforeTrafficFunction', 'VerifyAfterTrafficFunction'];

/** The traffic shifting of a function, for these parameters. */
const typeOf = (id: string, given: Record<string, string>) =>
  resource(readTemplate(given), id, 'AWS::Serverless::Function').Properties.DeploymentPreference?.Type;

const gradually = released.filter(([id]) => id !== 'ReconcileImagesFunction');

test('only the three functions that process images are released through CodeDeploy', () => {
  expect(released.map(([id]) => id)).toEqual([
    'GenerateThumbnailsFunction',
    'GenerateRenditionsFunction',
    'ReconcileImagesFunction',
  ]);
  const others = functions.filter(([id]) => !released.some(([one]) => one === id));
  for (const [id, { Properties }] of others) expect([id, Properties.DeploymentPreference]).toEqual([id, undefined]);
});

test.each(stages)('reconcile-images goes over at once in %s: of an hourly run there is no tenth', (Stage) => {
  expect(typeOf('ReconcileImagesFunction', { Stage })).toBe('AllAtOnce');
  expect(typeOf('ReconcileImagesFunction', { Stage, DeploymentType: 'Linear10PercentEvery1Minute' })).toBe('AllAtOnce');
});

describe.each(gradually)('%s', (id) => {
  test.each([
    ['local', 'AllAtOnce'],
    ['dev', 'AllAtOnce'],
    ['prod', 'Canary10Percent5Minutes'],
  ])('goes over in %s by %s', (Stage, type) => {
    expect(typeOf(id, { Stage })).toBe(type);
  });

  test.each(stages)('goes over in %s by what the parameter says, if it says anything', (Stage) => {
    expect(typeOf(id, { Stage, DeploymentType: 'Linear10PercentEvery1Minute' })).toBe('Linear10PercentEvery1Minute');
  });
});

describe.each(released)('%s', (id, { Properties: { DeploymentPreference: preference } }) => {
  test('is verified before and after, and shifted by a role written out', () => {
    expect(preference?.Hooks).toEqual({ PreTraffic: { Ref: hooks[0] }, PostTraffic: { Ref: hooks[1] } });
    expect(preference?.Role).toEqual(getAtt('ReleaseRole'));
  });

  test('may be shifted by that role', () => {
    const shifting = statementsOf(template, 'ReleaseRole').find(({ Sid }) => Sid === 'ShiftTraffic');
    expect(shifting?.Resource).toEqual(expect.arrayContaining([getAtt(id), { 'Fn::Sub': `\${${id}.Arn}:live` }]));
  });
});

describe.each(hooks)('%s', (id) => {
  const { Properties: hook } = resource(template, id, 'AWS::Serverless::Function');

  test('has a name that CodeDeploy knows as a hook, which fits 64 characters in every stage', () => {
    const name = (hook.FunctionName as { 'Fn::Sub': string })['Fn::Sub'];
    expect(name).toMatch(/^CodeDeployHook_/);
    for (const stage of ['dev', 'prod']) {
      expect(name.replace('${AWS::StackName}', `serverless-thumbnails-${stage}`)).toMatch(/^[\w-]{1,64}$/);
    }
  });

  test('names no alias: the alias waits for its hook, and would wait for ever', () => {
    const role = resource(template, hook.Role?.['Fn::GetAtt'][0] ?? '', 'AWS::IAM::Role').Properties;
    expect(JSON.stringify([hook, role])).not.toMatch(/\.Alias|Aliaslive/);
  });

  test('names no alarm: alarms wait for the new version, and it waits for nobody', () => {
    const role = resource(template, hook.Role?.['Fn::GetAtt'][0] ?? '', 'AWS::IAM::Role').Properties;
    const names = Object.keys(template.Resources).filter((name) => name.endsWith('Alarm'));
    for (const name of names) expect(JSON.stringify([hook.Environment, role])).not.toContain(name);
  });

  test('has time for all its pictures, and runs for all functions at once', () => {
    expect(hook.Timeout).toBeGreaterThanOrEqual(300);
    expect(hook.Timeout).toBeLessThan(3600); // then CodeDeploy gives up
    const reserving = readTemplate({ ReservedConcurrency: '5' });
    const { ReservedConcurrentExecutions } = resource(reserving, id, 'AWS::Serverless::Function').Properties;
    expect(ReservedConcurrentExecutions).toBeGreaterThanOrEqual(released.length);
  });
});

describe('VerificationBucket', () => {
  const { Properties: bucket } = resource(template, 'VerificationBucket', 'AWS::S3::Bucket');

  test('tells nobody what is put into it', () => {
    expect(bucket.NotificationConfiguration).toBeUndefined();
  });

  test('keeps what a hook left until the next release may find it, and a year at most', () => {
    const expiring = bucket.LifecycleConfiguration?.Rules.filter((rule) => rule.ExpirationInDays !== undefined);
    expect(expiring?.map(({ Status, Prefix, ExpirationInDays }) => [Status, Prefix, ExpirationInDays])).toEqual([
      ['Enabled', undefined, 365],
    ]);
  });

  test('is known to the functions whose new versions are tried on it', () => {
    for (const [, { Properties }] of released) {
      expect(Properties.Environment?.Variables['VERIFICATION_BUCKET_NAME']).toEqual({ Ref: 'VerificationBucket' });
    }
  });
});

describe('the reports of hooks', () => {
  test('are kept for 90 days, and no output with them', () => {
    const { LifecycleConfiguration } = resource(template, 'ThumbnailsBucket', 'AWS::S3::Bucket').Properties;
    const expiring = LifecycleConfiguration?.Rules.filter((rule) => rule.ExpirationInDays !== undefined);
    expect(expiring?.map(({ Status, Prefix, ExpirationInDays }) => [Status, Prefix, ExpirationInDays])).toEqual([
      ['Enabled', 'reports/', 90],
    ]);
  });

  test('are deleted by nothing else: neither by the sweep of reconcile-images nor by a hook', () => {
    const deleting = ofType(template, 'AWS::IAM::Role')
      .flatMap(([id]) => statementsOf(template, id))
      .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('s3:Delete')))
      .flatMap(({ Resource }) => Resource as { 'Fn::Sub': string }[])
      .map(({ 'Fn::Sub': place }) => place);
    expect(new Set(deleting)).toEqual(
      new Set([
        '${ThumbnailsBucket.Arn}/thumbnails/*',
        '${ThumbnailsBucket.Arn}/renditions/*',
        '${VerificationBucket.Arn}/*',
      ]),
    );
  });
});

describe('repair-after-rollback', () => {
  const { Properties: repair } = resource(template, 'RepairAfterRollbackFunction', 'AWS::Serverless::Function');
  const { Withdrawn: event, StackRolledBack: whole, ...more } = repair.Events ?? {};

  test("is told of this stack's deployments that failed or were stopped, and of nothing else", () => {
    expect(more).toEqual({});
    expect(event?.Type).toBe('EventBridgeRule');
    expect(event?.Properties.Pattern).toEqual({
      source: ['aws.codedeploy'],
      'detail-type': ['CodeDeploy Deployment State-change Notification'],
      detail: {
        state: ['FAILURE', 'STOP'],
        application: [{ prefix: { 'Fn::Sub': '${AWS::StackName}-ServerlessDeploymentApplication-' } }],
      },
    });
  });

  test('is told when the whole stack was rolled back: of deployments that had succeeded CodeDeploy says nothing', () => {
    expect(whole?.Type).toBe('EventBridgeRule');
    expect(whole?.Properties.Pattern).toEqual({
      source: ['aws.cloudformation'],
      'detail-type': ['CloudFormation Stack Status Change'],
      detail: {
        'stack-id': [{ Ref: 'AWS::StackId' }],
        'status-details': { status: ['UPDATE_ROLLBACK_COMPLETE'] },
      },
    });
  });

  test('is told again where that fails, and what it was never told waits for a person', () => {
    for (const rule of [event, whole]) {
      expect(rule?.Properties.RetryPolicy?.MaximumRetryAttempts).toBeGreaterThan(0);
      expect(rule?.Properties.DeadLetterConfig).toEqual({ Arn: getAtt('RepairFailureQueue') });
    }
    expect(repair.EventInvokeConfig?.DestinationConfig?.OnFailure?.Destination).toEqual(getAtt('RepairFailureQueue'));
  });
});
