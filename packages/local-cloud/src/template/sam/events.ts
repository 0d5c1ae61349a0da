import { allow, managedPolicy, trustOf } from './function-role.ts';
import { flagOf, inherited, objectOf, plainResource, refuseOthers, type Expansion } from './macro.ts';
import type { Path } from '../read-yaml.ts';
import type { ResourceDefinition } from '../template.ts';
import { isFields, type Fields } from '../fields.ts';
import { TemplateError } from '../template-error.ts';

/** One entry of a function's `Events`. */
type Event = {
  /** `<Fn><Event>`: the logical id of what it becomes, and the beginning of the others. */
  id: string;
  properties: Fields;
  /** Function name and ARN to connect to: the alias's ARN for both, where there is an alias. */
  target: { name: Fields; arn: Fields };
  attributes: Partial<ResourceDefinition>;
  path: Path;
  expansion: Expansion;
};

export type EventResources = {
  resources: Record<string, ResourceDefinition>;
  /** What a role that SAM makes must hold besides. */
  managedPolicies: string[];
};

const kinds: Readonly<Record<string, (event: Event) => Record<string, ResourceDefinition>>> = {
  SNS: sns,
  SQS: sqs,
  Schedule: schedule,
  ScheduleV2: scheduleV2,
  S3: s3,
  EventBridgeRule: eventBridgeRule,
  // The same by its older name.
  CloudWatchEvent: eventBridgeRule,
};

/** What a function's `Events` become. */
export function functionEvents(
  logicalId: string,
  properties: Fields,
  aliasId: string | undefined,
  resource: ResourceDefinition,
  expansion: Expansion,
): EventResources {
  const path = ['Resources', logicalId, 'Properties', 'Events'];
  const events = properties['Events'] ?? {};
  if (!isFields(events))
    throw new TemplateError(`${expansion.template.where(path)}: ${logicalId}: Events must be an object.`);
  const target =
    aliasId === undefined
      ? { name: { Ref: logicalId }, arn: { 'Fn::GetAtt': [logicalId, 'Arn'] } }
      : { name: { Ref: aliasId }, arn: { Ref: aliasId } };
  const result: EventResources = { resources: {}, managedPolicies: [] };
  for (const [name, event] of Object.entries(events)) {
    const at = [...path, name];
    const { Type: type, Properties: own = {} } = objectOf(expansion, at, event, ['Type', 'Properties'], 'an event');
    const expand = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (expand === undefined || !isFields(own)) {
      throw new TemplateError(
        `${expansion.template.where(at)}: ${logicalId}: the local cloud does not implement events of type ${JSON.stringify(type)} (${name}); it has ${Object.keys(kinds).join(', ')}.`,
      );
    }
    const id = `${logicalId}${name}`;
    const described = {
      id,
      properties: own,
      target,
      attributes: inherited(resource),
      path: [...at, 'Properties'],
      expansion,
    };
    Object.assign(result.resources, expand(described));
    if (type === 'SQS') result.managedPolicies.push(managedPolicy('service-role/AWSLambdaSQSQueueExecutionRole'));
  }
  return result;
}

function permission(event: Event, principal: string, source: Fields): ResourceDefinition {
  return plainResource(
    'AWS::Lambda::Permission',
    { Action: 'lambda:InvokeFunction', FunctionName: event.target.name, Principal: principal, ...source },
    event.attributes,
  );
}

function sns(event: Event): Record<string, ResourceDefinition> {
  const { id, properties, target, attributes, expansion, path } = event;
  refuseOthers(
    expansion,
    path,
    properties,
    ['Topic', 'Region', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy'],
    'an SNS event',
  );
  const { Topic: topic, ...others } = properties;
  return {
    [`${id}Permission`]: permission(event, 'sns.amazonaws.com', { SourceArn: topic }),
    [id]: plainResource(
      'AWS::SNS::Subscription',
      { Protocol: 'lambda', Endpoint: target.arn, TopicArn: topic, ...others },
      attributes,
    ),
  };
}

const mappingProperties = [
  'BatchSize',
  'Enabled',
  'MaximumBatchingWindowInSeconds',
  'FunctionResponseTypes',
  'FilterCriteria',
  'ScalingConfig',
  'KmsKeyArn',
  'MetricsConfig',
  'ProvisionedPollerConfig',
];

function sqs({ id, properties, target, attributes, expansion, path }: Event): Record<string, ResourceDefinition> {
  refuseOthers(expansion, path, properties, ['Queue', ...mappingProperties], 'an SQS event');
  const { Queue: queue, ...others } = properties;
  return {
    [id]: plainResource(
      'AWS::Lambda::EventSourceMapping',
      { FunctionName: target.name, EventSourceArn: queue, ...others },
      attributes,
    ),
  };
}

function schedule(event: Event): Record<string, ResourceDefinition> {
  const known = ['Schedule', 'Input', 'Enabled', 'State', 'Name', 'Description', 'DeadLetterConfig', 'RetryPolicy'];
  refuseOthers(event.expansion, event.path, event.properties, known, 'a Schedule event');
  const { Schedule: expression, Name: name, Description: description, ...others } = event.properties;
  return rule(event, { ScheduleExpression: expression, Name: name, Description: description }, others);
}

function eventBridgeRule(event: Event): Record<string, ResourceDefinition> {
  const ofRule = ['Pattern', 'EventBusName', 'RuleName', 'State'];
  const ofTarget = ['Input', 'InputPath', 'InputTransformer', 'Target', 'RetryPolicy', 'DeadLetterConfig'];
  refuseOthers(event.expansion, event.path, event.properties, [...ofRule, ...ofTarget], 'an EventBridgeRule event');
  const { Pattern: pattern, EventBusName: bus, RuleName: name, ...others } = event.properties;
  return rule(event, { EventPattern: pattern, EventBusName: bus, Name: name }, others);
}

/** A rule of EventBridge, whose target is the function; what is left of the event's properties is the target's. */
function rule(
  event: Event,
  ofRule: Fields,
  { Enabled: enabled, State: state, Target: own, ...ofTarget }: Fields,
): Record<string, ResourceDefinition> {
  const { id, target, attributes, expansion, path } = event;
  const isEnabled = flagOf(expansion, [...path, 'Enabled'], enabled);
  if (isEnabled !== undefined && state !== undefined) {
    throw new TemplateError(
      `${expansion.template.where(path)}: ${id}: State and Enabled Properties cannot both be specified.`,
    );
  }
  deadLetterArn(event);
  const targetId =
    own === undefined ? undefined : objectOf(expansion, [...path, 'Target'], own, ['Id'], 'a target')['Id'];
  return {
    [id]: plainResource(
      'AWS::Events::Rule',
      {
        ...ofRule,
        State: isEnabled === undefined ? state : isEnabled ? 'ENABLED' : 'DISABLED',
        Targets: [{ Arn: target.arn, Id: targetId ?? `${id}LambdaTarget`.slice(0, 64), ...ofTarget }],
      },
      attributes,
    ),
    [`${id}Permission`]: permission(event, 'events.amazonaws.com', { SourceArn: { 'Fn::GetAtt': [id, 'Arn'] } }),
  };
}

function scheduleV2(event: Event): Record<string, ResourceDefinition> {
  const { id, properties, target, attributes, expansion, path } = event;
  const ofSchedule = [
    'ScheduleExpression',
    'FlexibleTimeWindow',
    'State',
    'Description',
    'StartDate',
    'EndDate',
    'ScheduleExpressionTimezone',
    'GroupName',
    'KmsKeyArn',
  ];
  const known = [...ofSchedule, 'Name', 'OmitName', 'Input', 'RoleArn', 'DeadLetterConfig', 'RetryPolicy'];
  refuseOthers(expansion, path, properties, known, 'a ScheduleV2 event');
  const omitsName = flagOf(expansion, [...path, 'OmitName'], properties['OmitName']) === true;
  if (omitsName && properties['Name'] !== undefined) {
    throw new TemplateError(`${expansion.template.where(path)}: ${id}: Name cannot be set when OmitName is True.`);
  }
  const deadLetters = deadLetterArn(event);
  const roleId = `${id}Role`;
  const resources: Record<string, ResourceDefinition> = {
    [id]: plainResource(
      'AWS::Scheduler::Schedule',
      {
        ...Object.fromEntries(ofSchedule.map((name) => [name, properties[name]])),
        FlexibleTimeWindow: properties['FlexibleTimeWindow'] ?? { Mode: 'OFF' },
        Name: omitsName ? undefined : (properties['Name'] ?? id),
        Target: {
          Arn: target.arn,
          RoleArn: properties['RoleArn'] ?? { 'Fn::GetAtt': [roleId, 'Arn'] },
          ...(properties['Input'] !== undefined && { Input: properties['Input'] }),
          ...(deadLetters !== undefined && { DeadLetterConfig: { Arn: deadLetters } }),
          ...(properties['RetryPolicy'] !== undefined && { RetryPolicy: properties['RetryPolicy'] }),
        },
      },
      attributes,
    ),
  };
  if (properties['RoleArn'] === undefined) {
    resources[roleId] = plainResource(
      'AWS::IAM::Role',
      {
        AssumeRolePolicyDocument: trustOf('scheduler.amazonaws.com'),
        Policies: [
          { PolicyName: `${id}LambdaPolicy`, PolicyDocument: allow('lambda:InvokeFunction', target.arn) },
          ...(deadLetters === undefined
            ? []
            : [{ PolicyName: `${id}SQSPolicy`, PolicyDocument: allow('sqs:SendMessage', deadLetters) }]),
        ],
      },
      attributes,
    );
  }
  return resources;
}

/** SAM could also make the queue (`Type: SQS`); the local cloud asks for one that the template has. */
function deadLetterArn({ id, properties, path, expansion }: Event): unknown {
  const config = properties['DeadLetterConfig'];
  if (config === undefined) return undefined;
  if (isFields(config) && config['Arn'] !== undefined && Object.keys(config).length === 1) return config['Arn'];
  throw new TemplateError(
    `${expansion.template.where([...path, 'DeadLetterConfig'])}: ${id}: the local cloud implements DeadLetterConfig with an Arn only.`,
  );
}

/** The permission; the notification itself is the bucket's (`bucket-notifications.ts`). */
function s3(event: Event): Record<string, ResourceDefinition> {
  refuseOthers(event.expansion, event.path, event.properties, ['Bucket', 'Events', 'Filter'], 'an S3 event');
  return {
    [`${event.id}Permission`]: permission(event, 's3.amazonaws.com', { SourceAccount: { Ref: 'AWS::AccountId' } }),
  };
}
