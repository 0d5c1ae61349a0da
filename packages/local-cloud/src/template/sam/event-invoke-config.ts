import type { Alias } from './alias.ts';
import { allow, type InlinePolicy } from './function-role.ts';
import { objectOf, plainResource, type Expansion } from './macro.ts';
import type { ResourceDefinition } from '../template.ts';
import type { Fields } from '../fields.ts';
import { TemplateError } from '../template-error.ts';

const actions: Readonly<Record<string, { action: string; suffix: string }>> = {
  SQS: { action: 'sqs:SendMessage', suffix: 'SQSPolicy' },
  SNS: { action: 'sns:publish', suffix: 'SNSPolicy' },
  Lambda: { action: 'lambda:InvokeFunction', suffix: 'LambdaPolicy' },
};

/** `EventInvokeConfig`: retries and destinations of asynchronous invocation, on the alias where there is one. */
export function eventInvokeConfig(
  logicalId: string,
  properties: Fields,
  alias: Alias | undefined,
  attributes: Partial<ResourceDefinition>,
  expansion: Expansion,
): { resources: Record<string, ResourceDefinition>; policies: InlinePolicy[] } {
  if (properties['EventInvokeConfig'] === undefined) return { resources: {}, policies: [] };
  const path = ['Resources', logicalId, 'Properties', 'EventInvokeConfig'];
  const fail = (message: string): never => {
    throw new TemplateError(`${expansion.template.where(path)}: ${logicalId}: ${message}`);
  };
  const members = ['MaximumEventAgeInSeconds', 'MaximumRetryAttempts', 'DestinationConfig'];
  const config = objectOf(expansion, path, properties['EventInvokeConfig'], members, 'EventInvokeConfig');
  const id = `${logicalId}EventInvokeConfig`;
  const policies: InlinePolicy[] = [];
  const at = [...path, 'DestinationConfig'];
  const destinations = objectOf(
    expansion,
    at,
    config['DestinationConfig'] ?? {},
    ['OnSuccess', 'OnFailure'],
    'DestinationConfig',
  );
  const destinationConfig = Object.fromEntries(
    Object.entries(destinations).map(([name, destination]) => {
      const known = ['Type', 'Destination'];
      const { Type: type, Destination: to } = objectOf(expansion, [...at, name], destination, known, name);
      const permission = typeof type === 'string' && Object.hasOwn(actions, type) ? actions[type] : undefined;
      if (permission === undefined) {
        return fail(
          `${name}: the local cloud implements destinations of Type ${Object.keys(actions).join(', ')}, not ${JSON.stringify(type)}.`,
        );
      }
      if (to === undefined)
        return fail(`${name}: the local cloud makes no queue or topic of its own for it: name a Destination.`);
      policies.push({ PolicyName: `${id}${name}${permission.suffix}`, PolicyDocument: allow(permission.action, to) });
      return [name, { Destination: to }];
    }),
  );
  return {
    resources: {
      [id]: plainResource(
        'AWS::Lambda::EventInvokeConfig',
        {
          FunctionName: { Ref: logicalId },
          Qualifier: alias?.name ?? '$LATEST',
          DestinationConfig: Object.keys(destinationConfig).length > 0 ? destinationConfig : undefined,
          MaximumEventAgeInSeconds: config['MaximumEventAgeInSeconds'],
          MaximumRetryAttempts: config['MaximumRetryAttempts'],
        },
        { ...attributes, DependsOn: alias ? [alias.id] : [] },
      ),
    },
    policies,
  };
}
