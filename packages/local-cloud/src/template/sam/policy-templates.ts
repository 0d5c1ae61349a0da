import { isFields, type Fields } from '../fields.ts';

/** What one of SAM's policy templates allows: actions of one service on resources that are named after its one parameter. */
type PolicyTemplate = {
  parameter: string;
  statements: readonly { actions: readonly string[]; resources: readonly string[] }[];
};

/** `#` stands for the parameter's value. */
const queue = 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:#';
const topic = 'arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:#';
const table = 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/#';
const bucket = 'arn:${AWS::Partition}:s3:::#';
const lambda = 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:#*';
const eventBus = 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/#';
const logStreams = 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:#:log-stream:*';

function template(
  parameter: string,
  service: string,
  ...statements: [actions: string, resources: readonly string[]][]
): PolicyTemplate {
  return {
    parameter,
    statements: statements.map(([actions, resources]) => ({
      actions: actions.split(' ').map((action) => `${service}:${action}`),
      resources,
    })),
  };
}

const reading = 'GetItem Scan Query BatchGetItem DescribeTable';
const writing = 'PutItem UpdateItem BatchWriteItem';
const tableAndIndexes = [table, `${table}/index/*`];
const bucketAndObjects = [bucket, `${bucket}/*`];
const objectTags =
  'DeleteObjectTagging DeleteObjectVersionTagging GetObjectTagging GetObjectVersionTagging PutObjectTagging PutObjectVersionTagging';

/** Those of the services that the local cloud has, as SAM documents them. */
const policyTemplates: Readonly<Record<string, PolicyTemplate>> = {
  SQSPollerPolicy: template('QueueName', 'sqs', [
    'ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch GetQueueAttributes ReceiveMessage',
    [queue],
  ]),
  SQSSendMessagePolicy: template('QueueName', 'sqs', ['SendMessage*', [queue]]),
  SNSPublishMessagePolicy: template('TopicName', 'sns', ['Publish', [topic]]),
  SNSCrudPolicy: template('TopicName', 'sns', [
    'ListSubscriptionsByTopic CreateTopic SetTopicAttributes Subscribe Publish',
    [`${topic}*`],
  ]),
  DynamoDBReadPolicy: template('TableName', 'dynamodb', [reading, tableAndIndexes]),
  DynamoDBWritePolicy: template('TableName', 'dynamodb', [writing, tableAndIndexes]),
  DynamoDBCrudPolicy: template('TableName', 'dynamodb', [
    `${reading} ${writing} DeleteItem ConditionCheckItem`,
    tableAndIndexes,
  ]),
  DynamoDBReconfigurePolicy: template('TableName', 'dynamodb', ['UpdateTable', [table]]),
  S3ReadPolicy: template('BucketName', 's3', [
    'GetObject ListBucket GetBucketLocation GetObjectVersion GetLifecycleConfiguration',
    bucketAndObjects,
  ]),
  S3WritePolicy: template('BucketName', 's3', ['PutObject PutObjectAcl PutLifecycleConfiguration', bucketAndObjects]),
  S3CrudPolicy: template('BucketName', 's3', [
    'GetObject ListBucket GetBucketLocation GetObjectVersion PutObject PutObjectAcl GetLifecycleConfiguration PutLifecycleConfiguration DeleteObject',
    bucketAndObjects,
  ]),
  S3FullAccessPolicy: template(
    'BucketName',
    's3',
    [`GetObject GetObjectAcl GetObjectVersion PutObject PutObjectAcl DeleteObject ${objectTags}`, [`${bucket}/*`]],
    ['ListBucket GetBucketLocation GetLifecycleConfiguration PutLifecycleConfiguration', [bucket]],
  ),
  LambdaInvokePolicy: template('FunctionName', 'lambda', ['InvokeFunction', [lambda]]),
  EventBridgePutEventsPolicy: template('EventBusName', 'events', ['PutEvents', [eventBus]]),
  FilterLogEventsPolicy: template('LogGroupName', 'logs', ['FilterLogEvents', [logStreams]]),
};

/**
 * The statements of `{ SQSPollerPolicy: { QueueName: … } }`; undefined for what is no policy template that is known here. Throws Error,
 * saying why, for parameters that the template does not take.
 */
export function policyTemplate(policy: unknown): Fields | undefined {
  const [[name, given] = ['', undefined], ...others] = isFields(policy) ? Object.entries(policy) : [];
  const known = Object.hasOwn(policyTemplates, name) ? policyTemplates[name] : undefined;
  if (known === undefined || others.length > 0) return undefined;
  const { parameter, statements } = known;
  const parameters = isFields(given) ? given : {};
  if (parameters[parameter] === undefined) {
    throw new Error(`Must specify valid parameter values for policy template '${name}': it needs ${parameter}.`);
  }
  for (const other of Object.keys(parameters)) {
    if (other !== parameter) throw new Error(`'${other}' is no parameter of policy template '${name}'.`);
  }
  const named = (resource: string): Fields => ({
    'Fn::Sub': [resource.replace('#', '${name}'), { name: parameters[parameter] }],
  });
  return {
    Statement: statements.map(({ actions, resources }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources.map(named),
    })),
  };
}

export const policyTemplateNames: readonly string[] = Object.keys(policyTemplates);
