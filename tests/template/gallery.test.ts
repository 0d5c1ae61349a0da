import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { KEEP_DELETED_DAYS, SCOPES } from '../../functions/shared/gallery/config.ts';
import { places, statementsOf } from './policies.ts';
import { gallery, getAtt, ofType, readTemplate, repository, resource, stages, type Resource } from './template.ts';

const root = readTemplate();
const template = readTemplate({}, gallery);
const functions = ofType(template, 'AWS::Serverless::Function');
const released = functions.filter(([, { Properties }]) => Properties.DeploymentPreference?.Enabled === true);
const folderOf = (id: string) =>
  id
    .replace(/Function$/, '')
    .replaceAll(/(?!^)[A-Z]/g, '-$&')
    .toLowerCase();
const untyped = (type: string): [string, Resource<Record<string, unknown>>][] =>
  Object.entries(template.Resources as Record<string, Resource<Record<string, unknown>>>).filter(
    ([, { Type }]) => Type === type,
  );

describe('the gallery in template.yaml', () => {
  const application = root.Resources['GalleryStack'] as Resource<{
    Location: string;
    Parameters: Record<string, unknown>;
  }>;

  test('is there by default, and away with one parameter', () => {
    expect(root.Parameters['Gallery']).toMatchObject({ Default: 'on', AllowedValues: ['on', 'off'] });
    expect(application).toMatchObject({ Condition: 'HasGallery', Properties: { Location: gallery } });
    expect(root.Conditions['HasGallery']).toEqual({ 'Fn::Equals': [{ Ref: 'Gallery' }, 'on'] });
  });

  test('switched off leaves nothing of it: no resource but its own depends on it, nor does CORS stay', () => {
    const conditional = Object.entries(root.Resources).filter(([, { Condition }]) => Condition === 'HasGallery');
    expect(conditional.map(([id]) => id)).toEqual(['GalleryStack']);
    const bucket = (Gallery: string) =>
      resource(readTemplate({ Gallery }), 'UploadsBucket', 'AWS::S3::Bucket').Properties;
    const { CorsConfiguration, ...rest } = bucket('on') as Record<string, unknown>;
    expect(bucket('off')).toEqual(rest);
    expect(CorsConfiguration).toEqual({
      CorsRules: [{ AllowedMethods: ['POST'], AllowedOrigins: ['*'], AllowedHeaders: ['*'], MaxAge: 3000 }],
    });
    const without = (Gallery: string) =>
      Object.entries(readTemplate({ Gallery }).Resources).filter(
        ([id]) => !['GalleryStack', 'UploadsBucket'].includes(id),
      );
    expect(without('off')).toEqual(without('on'));
    const outputs = Object.entries(root.Outputs as Record<string, { Condition?: string; Value: unknown }>);
    for (const [name, { Condition, Value }] of outputs) {
      expect([name, Condition]).toEqual([
        name,
        JSON.stringify(Value).includes('GalleryStack') ? 'HasGallery' : undefined,
      ]);
    }
  });

  test('is given each of its parameters, and asked for outputs that it has', () => {
    expect(Object.keys(application.Properties.Parameters).sort()).toEqual(Object.keys(template.Parameters).sort());
    const asked = JSON.stringify(root.Outputs).matchAll(/"Outputs\.(\w+)"/g);
    expect([...asked].map(([, name]) => name).sort()).toEqual(Object.keys(template.Outputs).sort());
  });

  test('says the days for which what is deleted is kept as the bucket has them', () => {
    const { LifecycleConfiguration } = resource(root, 'UploadsBucket', 'AWS::S3::Bucket').Properties;
    expect(LifecycleConfiguration?.Rules[0]?.NoncurrentVersionExpiration?.NoncurrentDays).toBe(KEEP_DELETED_DAYS);
  });

  test.each([
    ['', true],
    ['ann@example.com', true],
    ['ann@example.com,@example.org', true],
    ['ann@example.com, example.org  bob@example.net', true],
    [',ann@example.com', false],
    [' ', false],
  ])('takes %j for a list of members: %s', (value, taken) => {
    expect(new RegExp(root.Parameters['GalleryMembers']?.AllowedPattern ?? '').test(value)).toBe(taken);
  });

  test('is deployed with the capability that a nested stack with a transform needs', () => {
    const config = readFileSync(join(repository, 'samconfig.toml'), 'utf8');
    const capabilities = [...config.matchAll(/^capabilities = (.*)$/gm)].map(([, value]) => value);
    expect(new Set(capabilities)).toEqual(new Set(['["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]']));
  });
});

describe.each(functions)('%s', (id, { Properties: fn, Metadata }) => {
  const folder = folderOf(id);

  test('runs, is bundled and is versioned as the functions of the pipeline are', () => {
    const like = resource(root, 'ReconcileImagesFunction', 'AWS::Serverless::Function');
    expect(Metadata).toEqual(like.Metadata);
    expect(fn).toMatchObject({
      ...{ Runtime: 'nodejs24.x', Handler: 'handler.handler', AutoPublishAlias: 'live' },
      ...{ AutoPublishAliasAllProperties: true, AutoPublishCodeSha256: '', Architectures: ['arm64'] },
    });
    expect(fn.ReservedConcurrentExecutions).toBeUndefined();
    for (const Stage of ['dev', 'prod']) {
      const { Tracing } = resource(readTemplate({ Stage }, gallery), id, 'AWS::Serverless::Function').Properties;
      expect(Tracing).toBe('Active');
    }
  });

  test('has a name by formula, which its hook knows and which fits 64 characters', () => {
    const name = (fn.FunctionName as { 'Fn::Sub': string })['Fn::Sub'];
    const isHook = id === 'VerifyGalleryFunction';
    expect(name).toBe(`${isHook ? 'CodeDeployHook_' : ''}\${RootStackName}-${folder}`);
    expect(name.replace('${RootStackName}', 'x'.repeat(27))).toMatch(/^[\w-]{1,64}$/);
  });

  test('has a role and a log group of its own, written out', () => {
    const role = fn.Role?.['Fn::GetAtt'][0] ?? '';
    const group = fn.LoggingConfig?.LogGroup?.Ref ?? '';
    const others = functions.filter(([other]) => other !== id).map(([, { Properties }]) => Properties);
    expect(
      others.filter((one) => one.Role?.['Fn::GetAtt'][0] === role || one.LoggingConfig?.LogGroup?.Ref === group),
    ).toEqual([]);
    expect(resource(template, role, 'AWS::IAM::Role').Properties.ManagedPolicyArns).toBeUndefined();
    expect(fn.LoggingConfig).toMatchObject({ LogFormat: 'JSON', ApplicationLogLevel: 'INFO' });
    for (const Stage of stages) {
      const { RetentionInDays } = resource(readTemplate({ Stage }, gallery), group, 'AWS::Logs::LogGroup').Properties;
      expect(RetentionInDays).toBeGreaterThan(0);
    }
    expect(statementsOf(template, role)).toContainEqual(
      expect.objectContaining({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: getAtt(group) }),
    );
  });

  test('allows single actions by name, and on everything only where AWS knows no smaller resource', () => {
    for (const { Effect, Action, Resource } of statementsOf(template, fn.Role?.['Fn::GetAtt'][0] ?? '')) {
      expect(Effect).toBe('Allow');
      for (const action of [Action].flat()) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
      if (Resource !== '*') continue;
      expect([
        ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        ['codedeploy:ListDeploymentTargets', 'codedeploy:BatchGetDeploymentTargets'],
      ]).toContainEqual([Action].flat());
    }
  });
});

const s3 = (rest: string) => `arn:\${AWS::Partition}:s3:::${rest}`;

test('who may touch originals and pictures is this, and nobody else', () => {
  const touching = functions.flatMap(([id, { Properties }]) =>
    statementsOf(template, Properties.Role?.['Fn::GetAtt'][0] ?? '')
      .filter(({ Action }) => [Action].flat().some((action) => /^s3:(?!ListBucket)/.test(action)))
      .map(({ Action, Resource }) => [folderOf(id), [Action].flat().join(' '), places(Resource).join(' ')]),
  );
  expect(touching).toEqual([
    ['create-upload', 's3:PutObject', s3('${UploadsBucketName}/users/*')],
    ['list-images', 's3:GetObject', s3('${ThumbnailsBucketName}/thumbnails/*')],
    [
      ...['get-image', 's3:GetObject'],
      [
        s3('${ThumbnailsBucketName}/thumbnails/*'),
        s3('${ThumbnailsBucketName}/renditions/*'),
        s3('${UploadsBucketName}/users/*'),
      ].join(' '),
    ],
    ['delete-image', 's3:DeleteObject s3:GetObject', s3('${UploadsBucketName}/users/*')],
    ['delete-image', 's3:DeleteObject', s3('${ThumbnailsBucketName}/thumbnails/*')],
    ['verify-gallery', 's3:PutObject s3:GetObject s3:DeleteObject', s3('${UploadsBucketName}/users/verify-gallery-*')],
  ]);
});

test('no function may take away a version of an original for good', () => {
  expect(JSON.stringify(template)).not.toContain('s3:DeleteObjectVersion');
});

describe('the HTTP API', () => {
  const routes = untyped('AWS::ApiGatewayV2::Route');
  const integrations = new Map(untyped('AWS::ApiGatewayV2::Integration'));

  test('has these routes, and only page and configuration ask for no token', () => {
    const told = routes.map(([, { Properties }]) => {
      const target = (Properties['Target'] as { 'Fn::Sub': string })['Fn::Sub'];
      const integration = integrations.get(/\$\{(\w+)\}$/.exec(target)?.[1] ?? '')?.Properties;
      const { Ref: alias } = integration?.['IntegrationUri'] as { Ref: string };
      return [Properties['RouteKey'], folderOf(alias.replace('.Alias', '')), Properties['AuthorizationType']];
    });
    expect(told).toEqual([
      ['POST /api/uploads', 'create-upload', 'JWT'],
      ['GET /api/images', 'list-images', 'JWT'],
      ['GET /api/images/{imageId}', 'get-image', 'JWT'],
      ['DELETE /api/images/{imageId}', 'delete-image', 'JWT'],
      ['GET /api/config', 'serve-gallery', 'NONE'],
      ['$default', 'serve-gallery', 'NONE'],
    ]);
  });

  test('describes all of them in docs/api.yaml', () => {
    const { paths } = parse(readFileSync(join(repository, 'docs', 'api.yaml'), 'utf8')) as {
      paths: Record<string, object>;
    };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((name) => /^(get|post|put|patch|delete)$/.test(name))
        .map((name) => (path === '/' ? '$default' : `${name.toUpperCase()} ${path}`)),
    );
    expect(described.sort()).toEqual(routes.map(([, { Properties }]) => Properties['RouteKey'] as string).sort());
  });

  test('asks for an access token: a scope, which no id token has, for the page’s client, of the pool', () => {
    for (const [, { Properties }] of routes.filter(([, one]) => one.Properties['AuthorizationType'] === 'JWT')) {
      expect(Properties).toMatchObject({ AuthorizerId: { Ref: 'Authorizer' }, AuthorizationScopes: ['openid'] });
    }
    expect(
      untyped('AWS::ApiGatewayV2::Authorizer').map(([, { Properties }]) => Properties['JwtConfiguration']),
    ).toEqual([{ Issuer: getAtt('Users', 'ProviderURL'), Audience: [{ Ref: 'PageClient' }] }]);
  });

  test('hands requests to the alias of each function, in its format, and waits no longer than it runs', () => {
    for (const [id, { Properties }] of integrations) {
      const name = id.replace('Integration', 'Function');
      const { Timeout } = resource(template, name, 'AWS::Serverless::Function').Properties;
      expect(Properties).toMatchObject({
        ...{ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' },
        IntegrationUri: { Ref: `${name}.Alias` },
        TimeoutInMillis: (Timeout ?? 0) * 1_000,
      });
      expect(Timeout).toBeLessThanOrEqual(30);
    }
  });

  test('may invoke them, and nothing else may but the user pool', () => {
    const permissions = untyped('AWS::Lambda::Permission').map(([, { Properties }]) => [
      (Properties['FunctionName'] as { Ref: string }).Ref,
      Properties['Principal'],
      JSON.stringify(Properties['SourceArn']),
    ]);
    const api = JSON.stringify({
      'Fn::Sub': 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/$default/*',
    });
    expect(permissions).toEqual([
      ['AdmitMemberFunction.Alias', 'cognito-idp.amazonaws.com', JSON.stringify(getAtt('Users'))],
      ...[...integrations.keys()].map((id) => [
        `${id.replace('Integration', 'Function')}.Alias`,
        'apigateway.amazonaws.com',
        api,
      ]),
    ]);
  });

  test('throttles, and logs routes but never paths, queries or headers', () => {
    const { Properties: stage } = template.Resources['ApiStage'] as Resource<Record<string, unknown>>;
    expect(stage).toMatchObject({ StageName: '$default', AutoDeploy: true });
    expect(stage['DefaultRouteSettings']).toEqual({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    const { Format } = stage['AccessLogSettings'] as { Format: string };
    const told = [...Format.matchAll(/\$context\.([\w.]+)/g)].map(([, name]) => name);
    expect(told).toEqual([
      ...['requestId', 'requestTime', 'routeKey', 'status', 'responseLatency', 'responseLength'],
      ...['authorizer.error', 'integrationErrorMessage'],
    ]);
    expect(Format).not.toContain('\n');
    expect(Object.keys(JSON.parse(Format) as object)).toContain('route');
  });
});

describe('sign-in', () => {
  const { Properties: users, ...attributes } = template.Resources['Users'] as Resource<Record<string, unknown>>;
  const { Properties: client } = template.Resources['PageClient'] as Resource<Record<string, unknown>>;

  test('keeps people when the stack goes, and in prod against deletion', () => {
    expect(attributes).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    const protection = (Stage: string) =>
      (readTemplate({ Stage }, gallery).Resources['Users'] as Resource<Record<string, unknown>>).Properties[
        'DeletionProtection'
      ];
    expect(stages.map(protection)).toEqual(['INACTIVE', 'INACTIVE', 'ACTIVE']);
  });

  test('asks admit-member before anybody is signed up', () => {
    expect(users).toMatchObject({
      UserPoolTier: 'ESSENTIALS',
      UsernameAttributes: ['email'],
      LambdaConfig: { PreSignUp: { Ref: 'AdmitMemberFunction.Alias' } },
    });
    expect(resource(template, 'AdmitMemberFunction', 'AWS::Serverless::Function').Properties).toMatchObject({
      Timeout: 5, // as long as Cognito waits
      Environment: { Variables: { GALLERY_MEMBERS: '' } },
    });
  });

  test('is by code alone, for a client without a secret, and leads back to the page', () => {
    const page = { 'Fn::Sub': '${Api.ApiEndpoint}/' };
    expect(client).toMatchObject({
      ...{ GenerateSecret: false, AllowedOAuthFlows: ['code'], AllowedOAuthScopes: [...SCOPES] },
      ...{
        CallbackURLs: [page],
        LogoutURLs: [page],
        PreventUserExistenceErrors: 'ENABLED',
        EnableTokenRevocation: true,
      },
    });
    // By which its owner could change the address that was admitted.
    expect(client['AllowedOAuthScopes']).not.toContain('aws.cognito.signin.user.admin');
    expect(client['ExplicitAuthFlows']).toEqual(['ALLOW_REFRESH_TOKEN_AUTH']);
    expect(template.Outputs['GalleryUrl']?.Value).toEqual(page);
  });

  test('has managed login with a style for its client, without which it shows an error', () => {
    expect(
      untyped('AWS::Cognito::UserPoolDomain').map(([, { Properties }]) => Properties['ManagedLoginVersion']),
    ).toEqual([2]);
    expect(untyped('AWS::Cognito::ManagedLoginBranding').map(([, { Properties }]) => Properties['ClientId'])).toEqual([
      { Ref: 'PageClient' },
    ]);
    expect(untyped('AWS::Cognito::UserPoolGroup').map(([, { Properties }]) => Properties['GroupName'])).toEqual([
      'admins',
    ]);
  });
});

describe('releases of the gallery', () => {
  test('are of everything that answers people, and all else says that it is not', () => {
    expect(functions.filter((one) => !released.includes(one)).map(([id]) => id)).toEqual(['VerifyGalleryFunction']);
  });

  test.each(released)(
    '%s is tried before it is met, watched by its own alarm, and goes over as its stage has it',
    (id, { Properties }) => {
      const preference = Properties.DeploymentPreference;
      expect(preference).toEqual({
        Enabled: true,
        Type: 'AllAtOnce',
        Role: getAtt('ReleaseRole'),
        Hooks: { PreTraffic: { Ref: 'VerifyGalleryFunction' } },
        Alarms: [{ Ref: id.replace('Function', 'ErrorsAlarm') }],
      });
      const typeOf = (given: Record<string, string>) =>
        resource(readTemplate(given, gallery), id, 'AWS::Serverless::Function').Properties.DeploymentPreference?.Type;
      expect(typeOf({ Stage: 'prod' })).toBe('Canary10Percent5Minutes');
      expect(typeOf({ Stage: 'prod', DeploymentType: 'AllAtOnce' })).toBe('AllAtOnce');
    },
  );

  test.each(released)('the alarm of %s counts errors of its new version alone, and refusals are none', (id) => {
    const { Properties: alarm } = resource(template, id.replace('Function', 'ErrorsAlarm'), 'AWS::CloudWatch::Alarm');
    const version = getAtt(id, 'Version.Version');
    const metrics = alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [];
    for (const { Dimensions } of metrics)
      expect(Dimensions.map(({ Value }) => JSON.stringify(Value))).toContain(JSON.stringify(version));
    const names = metrics.map(({ MetricName }) => MetricName);
    expect(names).toEqual(
      id === 'AdmitMemberFunction' ? ['RequestsFailed', 'Requests'] : ['Errors', 'Invocations', 'RequestsFailed'],
    );
    expect(alarm.AlarmActions).toEqual([{ Ref: 'AlarmsTopicArn' }]);
    expect((alarm.AlarmName as { 'Fn::Sub': string })['Fn::Sub']).toContain(`\${${id}.Version.Version}`);
  });

  test('are shifted by a role that may shift each of them', () => {
    const shifting = statementsOf(template, 'ReleaseRole').find(({ Sid }) => Sid === 'ShiftTraffic');
    const arn = (name: string) =>
      `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:\${RootStackName}-${name}`;
    expect(places(shifting?.Resource).sort()).toEqual(
      released.flatMap(([id]) => [arn(folderOf(id)), `${arn(folderOf(id))}:live`]).sort(),
    );
  });

  test('have a hook that knows every function, waits for none, and has time to see a picture through', () => {
    const { Properties: hook } = resource(template, 'VerifyGalleryFunction', 'AWS::Serverless::Function');
    for (const [id] of released) {
      const name = `${folderOf(id).toUpperCase().replaceAll('-', '_')}_FUNCTION_NAME`;
      expect(hook.Environment?.Variables[name]).toEqual({ 'Fn::Sub': `\${RootStackName}-${folderOf(id)}` });
    }
    const role = template.Resources['VerifyGalleryRole'];
    for (const name of Object.keys(template.Resources).filter((one) => !/^VerifyGallery/.test(one))) {
      const mentioned = new RegExp(`\\$\\{${name}[.}]|"Ref":"${name}"|\\["${name}",`);
      expect([name, mentioned.test(JSON.stringify([hook.Environment, role]))]).toEqual([name, false]);
    }
    expect(hook.Timeout).toBeGreaterThanOrEqual(180);
    expect(hook.DeploymentPreference).toBeUndefined();
  });
});
