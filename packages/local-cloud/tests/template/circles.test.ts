import { expect, test } from '@jest/globals';
import { findCircles } from '../../src/template/circles.ts';
import { readTemplate } from '../../src/template/template.ts';
import { expanded } from './deployment.ts';

const role = (extra = ''): string => `AdmitRole:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument: { Statement: [] }
    ${extra}`;
const admit = (extra = ''): string => `AdmitFunction:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: admit/
    Handler: index.handler
    Runtime: nodejs24.x
    AutoPublishAlias: live
    Role: !GetAtt AdmitRole.Arn
    ${extra}`;
const people = `People:
  Type: AWS::Cognito::UserPool
  Properties: { LambdaConfig: { PreSignUp: !Ref AdmitFunction.Alias } }`;
const nested = `Front:
  Type: AWS::Serverless::Application
  Condition: HasFront
  Properties:
    Location: front.yaml
    Parameters: { Files: !Ref Files, Shown: !Ref Shown }`;
const sections = `Parameters: { WithFront: { Type: String, Default: 'off' } }
Conditions: { HasFront: !Equals [!Ref WithFront, 'on'] }`;
const shown = 'Shown: { Type: AWS::S3::Bucket }';

const variants: [what: string, resources: string, circle: string[]][] = [
  [
    // What SAM makes of an HttpApi with an authorizer: all in the body of the Api.
    'an API whose body has the authorizer, whose client calls back the address in front of that API',
    `Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Body: { authorizers: { audience: [!Ref Client] } } } }
Client: { Type: AWS::Cognito::UserPoolClient, Properties: { CallbackURLs: [!Sub 'https://\${Address.DomainName}/'] } }
Address: { Type: AWS::CloudFront::Distribution, Properties: { Origin: !Sub '\${Api}.execute-api' } }`,
    ['Address', 'Api', 'Client', 'Address'],
  ],
  [
    'a bucket that takes the origin of a nested stack within Fn::If, which takes the bucket',
    `Files:
  Type: AWS::S3::Bucket
  Properties:
    CorsConfiguration: !If [HasFront, { AllowedOrigins: [!GetAtt Front.Outputs.Origin] }, !Ref AWS::NoValue]
${shown}
${nested}`,
    ['Files', 'Front', 'Files'],
  ],
  [
    "a trigger's role that names the pool that calls the trigger",
    `${role('Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Resource: !GetAtt People.Arn }] } }]')}
${admit()}
${people}`,
    ['AdmitFunction', 'AdmitRole', 'People', 'AdmitFunctionAliaslive', 'AdmitFunction'],
  ],
  [
    "a trigger's environment that names the pool that calls the trigger",
    `${role()}
${admit('Environment: { Variables: { POOL: !Ref People } }')}
${people}`,
    ['AdmitFunction', 'People', 'AdmitFunctionAliaslive', 'AdmitFunction'],
  ],
  [
    'a page behind the URL of a function whose environment names the client, whose callback is in front of that URL',
    `${role()}
${admit('Environment: { Variables: { CLIENT: !Ref Client } }')}
PageUrl: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: !GetAtt AdmitFunction.Arn } }
Address: { Type: AWS::CloudFront::Distribution, Properties: { Origin: !Select [2, !Split ['/', !GetAtt PageUrl.FunctionUrl]] } }
Client: { Type: AWS::Cognito::UserPoolClient, Properties: { CallbackURLs: [!Sub 'https://\${Address.DomainName}/'] } }`,
    ['Address', 'PageUrl', 'AdmitFunction', 'Client', 'Address'],
  ],
  [
    'a nested stack that waits for a policy which, within Fn::If, takes an output of that stack',
    `Files: { Type: AWS::S3::Bucket }
${shown}
ShownPolicy:
  Type: AWS::S3::BucketPolicy
  Properties:
    Bucket: !Ref Shown
    PolicyDocument:
      Statement:
        - !If [HasFront, { Condition: { StringEquals: { 'aws:SourceArn': !GetAtt Front.Outputs.Arn } } }, !Ref AWS::NoValue]
${nested}
  DependsOn: ShownPolicy`,
    ['Front', 'ShownPolicy', 'Front'],
  ],
];

test.each(variants)('finds %s', (_, resources, circle) => {
  expect(findCircles(expanded(resources, { sections }))).toEqual([circle]);
});

test('finds nothing where the circles are cut: the pool is not named, and CORS names no origin', () => {
  const cut = `${role()}
${admit()}
${people}
Files: { Type: AWS::S3::Bucket, Properties: { CorsConfiguration: { AllowedOrigins: ['*'] } } }
${shown}
${nested}`;
  expect(findCircles(expanded(cut, { sections }))).toEqual([]);
});

test('tells the shortest circle of each group, and a resource that mentions itself', () => {
  const thing = (...needs: string[]): string => `{ Type: T, DependsOn: [${needs.join(', ')}] }`;
  const template = readTemplate(
    `Resources:
  A: ${thing('B')}
  B: ${thing('C', 'D')}
  C: ${thing('D')}
  D: ${thing('A', 'B')}
  Self: { Type: T, Properties: { Me: !Ref Self } }
  Free: ${thing('A')}`,
    'template.yaml',
  );
  expect(findCircles(template)).toEqual([
    ['B', 'D', 'B'],
    ['Self', 'Self'],
  ]);
});
