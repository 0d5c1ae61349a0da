import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  CreateUserCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { CreateTopicCommand, PublishCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Role } from '../../src/services/iam/roles.ts';
import { startMessaging, type Credentials, type Messaging } from '../support/messaging.ts';

let cloud: Messaging;
beforeEach(async () => {
  cloud = await startMessaging();
});
afterEach(() => cloud.stop());

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:jobs';

function createRole(statements: object[], trust: object = {}): Role {
  return cloud.iam.roles.create({
    name: 'Worker',
    path: '/app/',
    description: 'works',
    maxSessionDuration: 3600,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
        ...trust,
      },
    },
    policies: statements.length > 0 ? { work: { Version: '2012-10-17', Statement: statements } } : {},
    tags: { team: 'images' },
  });
}

test('a role may what its policies allow and nothing else, in the words of AWS', async () => {
  const role = createRole([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn }]);
  const { QueueUrl } = await cloud.sqsClient().send(new CreateQueueCommand({ QueueName: 'jobs' }));
  const client = cloud.sqsClient(cloud.iam.credentialsFor(role.arn, 'make-thumbnails'));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await expect(client.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
    name: 'AccessDenied',
    message:
      'User: arn:aws:sts::000000000000:assumed-role/Worker/make-thumbnails is not authorized to perform: sqs:ReceiveMessage ' +
      `on resource: ${queueArn} because no identity-based policy allows the sqs:ReceiveMessage action`,
  });
});

test('a role may what the policies allow that AWS keeps for all, and no policy is taken that is not known', async () => {
  const sqsReader = 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole';
  const role = createRole([]);
  cloud.iam.roles.update({ ...role, managedPolicies: [sqsReader] });
  const { QueueUrl } = await cloud.sqsClient().send(new CreateQueueCommand({ QueueName: 'jobs' }));
  const client = cloud.sqsClient(cloud.iam.credentialsFor(role.arn));
  await client.send(new ReceiveMessageCommand({ QueueUrl }));
  await expect(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  const { AttachedPolicies } = await cloud
    .iamClient()
    .send(new ListAttachedRolePoliciesCommand({ RoleName: 'Worker' }));
  expect(AttachedPolicies).toEqual([{ PolicyName: 'AWSLambdaSQSQueueExecutionRole', PolicyArn: sqsReader }]);
  const unknown = 'arn:aws:iam::aws:policy/AmazonRekognitionFullAccess';
  expect(() => cloud.iam.roles.update({ ...role, managedPolicies: [unknown] })).toThrow(
    `does not implement the managed policy ${unknown}`,
  );
});

test("CodeDeploy's own policy moves aliases, asks for alarms, and calls functions only if they are named as its hooks", () => {
  const managedPolicies = ['arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda'];
  const { arn } = cloud.iam.roles.update({ ...createRole([]), managedPolicies });
  const named = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
  const may = (action: string, resource: string): boolean => cloud.iam.decide(arn, action, resource) === 'allowed';
  expect(may('lambda:UpdateAlias', named('make-thumbnails:live'))).toBe(true);
  expect(may('cloudwatch:DescribeAlarms', '*')).toBe(true);
  expect(may('lambda:InvokeFunction', named('CodeDeployHook_before'))).toBe(true);
  expect(may('lambda:InvokeFunction', named('make-thumbnails'))).toBe(false);
  expect(may('s3:GetObject', 'arn:aws:s3:::releases/CodeDeploy/app.yaml')).toBe(true);
  expect(may('s3:GetObject', 'arn:aws:s3:::releases/app.yaml')).toBe(false);
});

test('unknown keys are the account root, who may do all', async () => {
  const { QueueUrl } = await cloud.sqsClient().send(new CreateQueueCommand({ QueueName: 'jobs' }));
  const client = cloud.sqsClient({ accessKeyId: 'whatever', secretAccessKey: 'whatever' });
  await expect(client.send(new ReceiveMessageCommand({ QueueUrl }))).resolves.toBeDefined();
});

test('who does not sign is nobody, whom no identity policy lets in', async () => {
  const answer = await fetch(cloud.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'application/x-amz-json-1.0' },
    body: '{}',
  });
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('the request is not signed')]);
});

test('within the account a resource policy is enough, and its Deny binds even the root', async () => {
  const role = createRole([]);
  const { TopicArn } = await cloud.snsClient().send(new CreateTopicCommand({ Name: 'uploads' }));
  const asRole = cloud.snsClient(cloud.iam.credentialsFor(role.arn));
  const publish = new PublishCommand({ TopicArn, Message: 'x' });
  await expect(asRole.send(publish)).rejects.toMatchObject({ name: 'AuthorizationErrorException' });

  const setPolicy = (statement: object) =>
    cloud.snsClient().send(
      new SetTopicAttributesCommand({
        TopicArn,
        AttributeName: 'Policy',
        AttributeValue: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Principal: { AWS: role.arn }, Action: 'sns:Publish', Resource: TopicArn, ...statement },
        }),
      }),
    );
  await setPolicy({ Effect: 'Allow' });
  await expect(asRole.send(publish)).resolves.toBeDefined();
  await setPolicy({ Effect: 'Deny', Principal: '*' });
  await expect(asRole.send(publish)).rejects.toThrow('with an explicit deny in a resource-based policy');
  await expect(cloud.snsClient().send(publish)).rejects.toThrow('explicit deny');
});

test('a role denied by its own policy is denied, whatever the resource says', () => {
  const role = createRole([{ Effect: 'Deny', Action: 'sqs:*', Resource: '*' }]);
  const { authorize } = cloud.iam.callerOf(cloud.iam.credentialsFor(role.arn).accessKeyId);
  const open = { Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } };
  expect(() => authorize('sqs:SendMessage', queueArn, {}, open)).toThrow('explicit deny in an identity-based policy');
  expect(() => authorize('s3:GetObject', 'arn:aws:s3:::a/b', {}, open)).not.toThrow();
});

test('the keys of a session are the same each time it is asked for, and are nobody when the role is gone', () => {
  const role = createRole([{ Effect: 'Allow', Action: '*', Resource: '*' }]);
  const keys = cloud.iam.credentialsFor(role.arn, 'one');
  expect(cloud.iam.credentialsFor(role.arn, 'one')).toEqual(keys);
  expect(cloud.iam.credentialsFor(role.arn, 'two').accessKeyId).not.toBe(keys.accessKeyId);
  expect(cloud.iam.callerOf(keys.accessKeyId)).toMatchObject({ secretAccessKey: keys.secretAccessKey });
  cloud.iam.roles.delete('Worker');
  const { authorize } = cloud.iam.callerOf(keys.accessKeyId);
  expect(() => authorize('sqs:SendMessage', queueArn)).toThrow('which is gone');
});

test('a role is assumed only by the service that it trusts, in the context that it asks for', () => {
  const role = createRole([], {
    Principal: { Service: 'scheduler.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } },
  });
  const context = { 'aws:SourceAccount': '000000000000' };
  expect(cloud.iam.mayAssume('scheduler.amazonaws.com', role.arn, context)).toBe(true);
  expect(cloud.iam.mayAssume('scheduler.amazonaws.com', role.arn)).toBe(false);
  expect(cloud.iam.mayAssume('lambda.amazonaws.com', role.arn, context)).toBe(false);
  expect(() => cloud.iam.mayAssume('lambda.amazonaws.com', `${role.arn}x`)).toThrow('cannot be found');
});

test('a delivery that comes with a role needs the role to trust its service and to allow the action', async () => {
  const role = createRole([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn }]);
  await cloud.sqsClient().send(new CreateQueueCommand({ QueueName: 'jobs' }));
  await cloud.sqsClient().send(new CreateQueueCommand({ QueueName: 'other' }));
  const deliver = (queue: string, service = 'lambda.amazonaws.com') =>
    cloud.sqs.acceptDelivery({
      to: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
      from: { service, arn: 'arn:aws:lambda:us-east-1:000000000000:function:make', roleArn: role.arn },
      body: 'x',
    });
  await expect(deliver('jobs')).resolves.toBeUndefined();
  await expect(deliver('other')).rejects.toMatchObject({ code: 'AccessDenied' });
  await expect(deliver('jobs', 'scheduler.amazonaws.com')).rejects.toThrow('does not trust');

  const statement = { Principal: { AWS: role.arn }, Action: 'sqs:*', Resource: '*' };
  const setPolicy = (queue: string, Effect: string) =>
    cloud.sqs.queues.change(queue, { Policy: { Version: '2012-10-17', Statement: { ...statement, Effect } } });
  setPolicy('other', 'Allow');
  await expect(deliver('other')).resolves.toBeUndefined();
  setPolicy('jobs', 'Deny');
  await expect(deliver('jobs')).rejects.toThrow('explicit deny in a resource-based policy');
});

test('STS says who one is', async () => {
  const role = createRole([]);
  const whoAmI = (credentials?: Credentials) => cloud.stsClient(credentials).send(new GetCallerIdentityCommand({}));
  expect(await whoAmI()).toMatchObject({ Arn: 'arn:aws:iam::000000000000:root', Account: '000000000000' });
  expect(await whoAmI(cloud.iam.credentialsFor(role.arn, 'make'))).toMatchObject({
    Arn: 'arn:aws:sts::000000000000:assumed-role/Worker/make',
    UserId: `${role.id}:make`,
  });
});

test('IAM describes roles and their policies, and refuses by name what it does not know', async () => {
  const role = createRole([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn }]);
  const client = cloud.iamClient();
  const RoleName = 'Worker';
  const { Role } = await client.send(new GetRoleCommand({ RoleName }));
  expect(Role).toMatchObject({
    Arn: 'arn:aws:iam::000000000000:role/app/Worker',
    Path: '/app/',
    RoleId: role.id,
    Description: 'works',
    MaxSessionDuration: 3600,
    Tags: [{ Key: 'team', Value: 'images' }],
  });
  expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(role.trustPolicy);
  expect((await client.send(new ListRolesCommand({ PathPrefix: '/app/' }))).Roles).toHaveLength(1);
  expect((await client.send(new ListRolesCommand({ PathPrefix: '/x/' }))).Roles).toEqual([]);
  expect((await client.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(['work']);
  const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'work' }));
  expect(JSON.parse(decodeURIComponent(PolicyDocument ?? ''))).toEqual(role.policies['work']);
  await expect(client.send(new GetRoleCommand({ RoleName: 'Nobody' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
  await expect(client.send(new CreateUserCommand({ UserName: 'x' }))).rejects.toThrow('iam:CreateUser');
  await expect(client.send(new ListRolesCommand({ MaxItems: 1 }))).rejects.toThrow('MaxItems');
});

test('a role with a policy that could not be evaluated is never made', () => {
  expect(() => createRole([{ Effect: 'Allow', Action: 's3:*', Resource: '*', Principal: '*' }])).toThrow('Principal');
  expect(() =>
    createRole([
      { Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '::1' } } },
    ]),
  ).toThrow('IpAddress');
  expect(cloud.iam.roles.list()).toEqual([]);
});
