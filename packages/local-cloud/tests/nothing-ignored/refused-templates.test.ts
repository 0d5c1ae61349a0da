import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parameterValues } from '../../src/template/parameters.ts';
import { expandServerless } from '../../src/template/sam/expand.ts';
import { createScope } from '../../src/template/scope.ts';
import { readTemplate } from '../../src/template/template.ts';
import { startWholeCloud, type WholeCloud } from './whole-cloud.ts';

// What CloudFormation refuses, in its words, with the place in the file. Nothing is made where a template is refused.

let cloud: WholeCloud;
beforeAll(async () => {
  cloud = await startWholeCloud();
});
afterAll(() => cloud.stop());

/** Deploys a template's text as the stack of this name; gives what it was refused with. */
async function refusal(text: string, stackName = 'refused'): Promise<string> {
  try {
    const template = readTemplate(text.trimStart(), 'template.yaml');
    const parameters = parameterValues(template, {});
    const scope = createScope(template, {
      stackName,
      stackId: stackName,
      region: 'us-east-1',
      accountId: '000000000000',
      parameters,
    });
    const artifacts = new Map(Object.keys(template.resources).map((id) => [id, cloud.artifact]));
    const plain = template.transforms.length > 0 ? expandServerless(template, artifacts, scope) : template;
    await cloud.stacks.deploy({ stackName, template: plain, parameters });
    return 'it was not refused';
  } catch (error) {
    return (error as Error).message;
  }
}

const queue = (properties: string): string => `
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      ${properties}
`;

describe('properties', () => {
  const cases: [what: string, template: string, message: string][] = [
    [
      'a required property that is missing',
      `
Resources:
  News:
    Type: AWS::SNS::Subscription
    Properties:
      Protocol: sqs
      Endpoint: arn:aws:sqs:us-east-1:000000000000:q
`,
      'template.yaml:4:5: News.Properties: Properties validation failed for resource News with message: #: required key [TopicArn] not found (AWS::SNS::Subscription).',
    ],
    [
      'a required property that is missing further down',
      `
Resources:
  Images:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema:
        - AttributeName: id
`,
      'template.yaml:7:11: Images.Properties.KeySchema.0: Properties validation failed for resource Images with message: #/KeySchema/0: required key [KeyType] not found (AWS::DynamoDB::Table).',
    ],
    [
      'a property that AWS does not know',
      queue('QueueNam: jobs'),
      'template.yaml:5:7: Jobs.Properties.QueueNam: Properties validation failed for resource Jobs with message: #: extraneous key [QueueNam] is not permitted (AWS::SQS::Queue).',
    ],
    [
      'a property that AWS does not know further down',
      `
Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        State: Enabled
`,
      '#/VersioningConfiguration: extraneous key [State] is not permitted (AWS::S3::Bucket).',
    ],
    [
      'a property that AWS has and this cloud has not',
      queue('FifoQueue: true'),
      'template.yaml:5:7: Jobs.Properties.FifoQueue: the local cloud does not implement this property of AWS::SQS::Queue.',
    ],
    [
      'text for a number',
      queue('DelaySeconds: soon'),
      'template.yaml:5:7: Jobs.Properties.DelaySeconds: Properties validation failed for resource Jobs with message: #/DelaySeconds: expected type: Integer, found: String (AWS::SQS::Queue).',
    ],
    [
      'a list for text',
      queue('QueueName: [jobs]'),
      '#/QueueName: expected type: String, found: JSONArray (AWS::SQS::Queue).',
    ],
    ['text for a list', queue('Tags: team'), '#/Tags: expected type: JSONArray, found: String (AWS::SQS::Queue).'],
    [
      'a word for a flag',
      queue('SqsManagedSseEnabled: perhaps'),
      '#/SqsManagedSseEnabled: expected type: Boolean, found: String (AWS::SQS::Queue).',
    ],
    [
      'a number with a fraction',
      queue('DelaySeconds: 1.5'),
      '#/DelaySeconds: expected type: Integer, found: Number (AWS::SQS::Queue).',
    ],
    ['nothing', queue('RedrivePolicy:'), '#/RedrivePolicy: expected type: JSONObject, found: Null (AWS::SQS::Queue).'],
    [
      'a word of another list',
      `
Resources:
  Images:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: FREE
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
`,
      'template.yaml:5:7: Images.Properties.BillingMode: ',
    ],
    [
      'a type that there is not',
      'Resources: { A: { Type: AWS::SQS::Queu } }',
      'template.yaml:1:19: A: the local cloud does not implement AWS::SQS::Queu.',
    ],
  ];
  test.each(cases)('%s', async (_what, template, message) => {
    expect(await refusal(template)).toContain(message);
  });

  test('all that is wrong is told at once', async () => {
    const lines = (await refusal(queue('DelaySeconds: soon\n      QueueNam: jobs\n      FifoQueue: true'))).split('\n');
    expect(lines).toHaveLength(3);
  });
});

describe('references', () => {
  const cases: [what: string, template: string, message: string][] = [
    [
      'to a resource that there is not',
      queue('QueueName: !Ref Nobody'),
      'template.yaml:5:7: Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template.',
    ],
    [
      'to an attribute of a resource that there is not',
      queue('QueueName: !GetAtt Nobody.Name'),
      'Template error: instance of Fn::GetAtt references undefined resource Nobody.',
    ],
    [
      'in a text',
      queue('QueueName: !Sub "x-${Nobody}"'),
      'Unresolved resource dependencies [Nobody] in the Resources block of the template.',
    ],
    [
      'in DependsOn',
      'Resources:\n  A:\n    Type: AWS::SQS::Queue\n    DependsOn: Nobody',
      'template.yaml:4:5: Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template.',
    ],
    [
      'in outputs',
      'Resources:\n  A: { Type: AWS::SQS::Queue }\nOutputs:\n  O: { Value: !Ref Nobody }',
      'Unresolved resource dependencies [Nobody] in the Outputs block of the template.',
    ],
    [
      'to a condition that there is not',
      queue('QueueName: !If [Never, a, b]'),
      'Template format error: Unresolved condition dependency Never',
    ],
    [
      'to a mapping that there is not',
      queue('QueueName: !FindInMap [Stages, dev, name]'),
      'Template error: Unable to get mapping for Stages::dev::name.',
    ],
    [
      'in a circle',
      `
Resources:
  A: { Type: AWS::SQS::Queue, Properties: { QueueName: !GetAtt B.QueueName } }
  B: { Type: AWS::SQS::Queue, DependsOn: A }
`,
      'Circular dependency between resources: [',
    ],
    ['to itself', queue('QueueName: !Ref Jobs'), 'template.yaml:2:3: Circular dependency between resources: [Jobs]'],
    [
      'from a condition that nobody uses',
      `
Conditions:
  Unused: !Equals [!Ref Nobody, a]
Resources:
  A: { Type: AWS::SQS::Queue }
`,
      'Template format error: Unresolved dependencies [Nobody]. Cannot reference resources in the Conditions block of the template.',
    ],
  ];
  test.each(cases)('%s', async (_what, template, message) => {
    expect(await refusal(template)).toContain(message);
  });
});

describe('the shape of a template', () => {
  const cases: [what: string, template: string, message: string][] = [
    [
      'two resources of one name',
      'Resources:\n  A: { Type: AWS::SQS::Queue }\n  A: { Type: AWS::SNS::Topic }',
      'template.yaml:3:3: ',
    ],
    [
      'a name that SAM makes as well',
      `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: src/, Handler: index.handler, Runtime: nodejs24.x }
  FnRole:
    Type: AWS::SQS::Queue
`,
      'template.yaml:6:3: two resources are called FnRole',
    ],
    [
      'a section that there is not',
      'Resources: { A: { Type: AWS::SQS::Queue } }\nQueues: {}',
      'template.yaml:2:1: Invalid template property or properties [Queues].',
    ],
    [
      'a section that this cloud has not',
      'Rules: {}\nResources: { A: { Type: AWS::SQS::Queue } }',
      'template.yaml:1:1: the local cloud does not implement the section Rules.',
    ],
    [
      'a resource among the outputs',
      'Resources: { A: { Type: AWS::SQS::Queue } }\nOutputs:\n  B: { Type: AWS::SQS::Queue }',
      "template.yaml:3:8: Invalid template output property 'Type' (B).",
    ],
    [
      'properties beside Properties',
      'Resources:\n  A:\n    Type: AWS::SQS::Queue\n    QueueName: jobs',
      "template.yaml:4:5: Invalid template resource property 'QueueName' (A).",
    ],
    [
      'a mapping that is no mapping',
      'Mappings:\n  Stages: { dev: small }\nResources: { A: { Type: AWS::SQS::Queue } }',
      'template.yaml:2:13: Template format error: mapping Stages, key dev, must be an object.',
    ],
    [
      'a parameter without a type',
      'Parameters:\n  Stage: { Default: dev }\nResources: { A: { Type: AWS::SQS::Queue } }',
      'template.yaml:2:3: Template format error: Parameter Stage needs a Type.',
    ],
    [
      'a name of an output that is none',
      'Resources: { A: { Type: AWS::SQS::Queue } }\nOutputs:\n  a-b: { Value: x }',
      'template.yaml:3:3: Template format error: Output name a-b is non alphanumeric.',
    ],
    [
      'a parameter and a resource of one name',
      'Parameters:\n  A: { Type: String, Default: x }\nResources:\n  A: { Type: AWS::SQS::Queue }',
      'template.yaml:4:3: Template format error: A is a parameter and a resource. Names must be unique within a template.',
    ],
    [
      'a description that is no text',
      'Description: [x]\nResources: { A: { Type: AWS::SQS::Queue } }',
      'template.yaml:1:1: Template format error: Description must be a string.',
    ],
  ];
  test.each(cases)('%s', async (_what, template, message) => {
    expect(await refusal(template)).toContain(message);
  });
});

describe('an update', () => {
  const named = (properties: string): string => `
Resources:
  Images:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: images
      BillingMode: PAY_PER_REQUEST
      ${properties}
`;
  const keyed = (key: string): string =>
    named(`AttributeDefinitions: [{ AttributeName: ${key}, AttributeType: S }]
      KeySchema: [{ AttributeName: ${key}, KeyType: HASH }]`);

  test('of an immutable property replaces the resource, under a name of its own', async () => {
    const topic = (name: string): string =>
      `Resources:\n  News: { Type: AWS::SNS::Topic, Properties: { TopicName: ${name} } }`;
    expect(await refusal(topic('one'), 'replaced')).toBe('it was not refused');
    expect(await refusal(topic('two'), 'replaced')).toBe('it was not refused');
    expect(cloud.observed).toContainEqual(
      expect.objectContaining({ type: 'stack-changed', logicalId: 'News', change: 'replaced' }),
    );
  });

  test('of an immutable property is refused where the name would stay', async () => {
    expect(await refusal(keyed('id'), 'named')).toBe('it was not refused');
    expect(await refusal(keyed('other'), 'named')).toContain(
      'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename images and update the stack again.',
    );
  });

  test("of a resource's type is refused", async () => {
    expect(await refusal('Resources: { A: { Type: AWS::SQS::Queue } }', 'typed')).toBe('it was not refused');
    expect(await refusal('Resources: { A: { Type: AWS::SNS::Topic } }', 'typed')).toContain(
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: [A].',
    );
  });
});
