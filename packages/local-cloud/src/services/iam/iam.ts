import type { Roles as RoleDecisions } from '../../permissions/deliveries.ts';
import { evaluate } from '../../permissions/evaluate.ts';
import type { Api } from '../../wire/messages.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { iamApi } from './api/api.ts';
import { openCallers } from './callers.ts';
import { openRoles, policiesOf } from './roles.ts';
import { stsApi } from './api/sts-api.ts';

export type Iam = ReturnType<typeof createIam>;

/** Roles and what they may; the keys by which a function is known as its role. STS comes with it. */
export function createIam(context: Pick<ServiceContext, 'accountId' | 'clock' | 'random' | 'stateFolder'>) {
  const { accountId } = context;
  const roles = openRoles(context);
  const decisions: RoleDecisions = {
    decide: (roleArn, action, resource, context = {}) =>
      evaluate(policiesOf(roles.byArn(roleArn)), {
        principal: { kind: 'aws', arn: roleArn, accountId },
        action,
        resource,
        context,
      }),
    mayAssume: (service, roleArn, context = {}) => {
      const { trustPolicy } = roles.byArn(roleArn);
      const principal = { kind: 'service', service } as const;
      const request = { principal, action: 'sts:AssumeRole', resource: roleArn, context };
      return evaluate([trustPolicy], request) === 'allowed';
    },
  };
  const api: Api = iamApi(roles);
  const sts: Api = stsApi(accountId, roles);
  return { ...openCallers(context, roles), ...decisions, roles, api, sts };
}
