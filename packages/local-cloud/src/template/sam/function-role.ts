import { tags } from './tags.ts';
import { plainResource, type Expansion } from './macro.ts';
import { policyTemplate, policyTemplateNames } from './policy-templates.ts';
import { managedPolicyArn, managedPolicyRefusal } from '../../permissions/managed-policies.ts';
import { functionCall } from '../intrinsics.ts';
import type { ResourceDefinition } from '../template.ts';
import { isFields, type Fields } from '../fields.ts';
import { TemplateError } from '../template-error.ts';

export type InlinePolicy = { PolicyName: string; PolicyDocument: Fields };

type Needs = {
  traced: boolean;
  policies: readonly InlinePolicy[];
  managedPolicies: readonly string[];
  attributes: Partial<ResourceDefinition>;
  expansion: Expansion;
};

/** The role that SAM makes for a function that names none. */
export function functionRole(logicalId: string, properties: Fields, needs: Needs): ResourceDefinition {
  const { traced, policies, managedPolicies, attributes, expansion } = needs;
  const path = ['Resources', logicalId, 'Properties', 'Policies'];
  const own = [properties['Policies'] ?? []].flat();
  const inline: InlinePolicy[] = [...policies];
  const managed: unknown[] = [
    managedPolicy('service-role/AWSLambdaBasicExecutionRole'),
    ...(traced ? [managedPolicy('AWSXrayWriteOnlyAccess')] : []),
  ];
  const deadLetterQueue = properties['DeadLetterQueue'];
  if (isFields(deadLetterQueue)) inline.unshift(deadLetterPolicy(deadLetterQueue));
  for (const [index, policy] of own.entries()) {
    const fail = (why: string): never => {
      throw new TemplateError(`${expansion.template.where([...path, index])}: ${logicalId}: ${why}`);
    };
    if (typeof policy === 'string')
      managed.push(
        policy.startsWith('arn:')
          ? policy
          : (managedPolicyArn(policy) ?? fail(`the local cloud does not implement ${managedPolicyRefusal(policy)}.`)),
      );
    else if (functionCall(policy) !== undefined) managed.push(policy);
    else {
      const document = isFields(policy) && 'Statement' in policy ? policy : fromTemplate(policy, fail);
      inline.push({ PolicyName: `${logicalId}RolePolicy${String(index)}`, PolicyDocument: document });
    }
  }
  managed.push(...managedPolicies);
  return plainResource(
    'AWS::IAM::Role',
    {
      AssumeRolePolicyDocument: properties['AssumeRolePolicyDocument'] ?? trustOf('lambda.amazonaws.com'),
      // SAM attaches each once, whoever asked for it.
      ManagedPolicyArns: [...new Set(managed)],
      Policies: inline.length > 0 ? inline : undefined,
      Path: properties['RolePath'],
      Tags: tags(properties['Tags']),
    },
    attributes,
  );
}

function fromTemplate(policy: unknown, fail: (why: string) => never): Fields {
  const name = isFields(policy) ? Object.keys(policy).join(', ') : JSON.stringify(policy);
  try {
    const document = policyTemplate(policy);
    if (document !== undefined) return document;
  } catch (error) {
    return fail((error as Error).message);
  }
  return fail(
    `the local cloud does not implement the SAM policy template ${name}: it has ${policyTemplateNames.join(', ')}; write the statements of others out.`,
  );
}

export function managedPolicy(name: string): string {
  return `arn:aws:iam::aws:policy/${name}`;
}

export function trustOf(service: string): Fields {
  return {
    Version: '2012-10-17',
    Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
  };
}

export function allow(action: string, resource: unknown): Fields {
  return { Statement: [{ Action: action, Effect: 'Allow', Resource: resource }] };
}

function deadLetterPolicy(queue: Fields): InlinePolicy {
  const action = queue['Type'] === 'SNS' ? 'sns:Publish' : 'sqs:SendMessage';
  return {
    PolicyName: 'DeadLetterQueuePolicy',
    PolicyDocument: { Version: '2012-10-17', ...allow(action, queue['TargetArn']) },
  };
}
