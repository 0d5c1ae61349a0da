import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../../../core/aws-error.ts';
import type { JsonOperation } from '../../../wire/json.ts';
import type { Authorize } from '../../../wire/messages.ts';
import { readInput } from '../../../wire/read-input.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import { isRollbackEvent, type AutoRollback, type Deployment } from '../deployment.ts';
import { describeDeployment, describeTarget, targetId, targetStatus } from '../described.ts';
import type { Deployments } from '../deployments.ts';
import type { Groups } from '../groups.ts';
import { listed } from '../listed.ts';
import { applicationNameOf, groupNameOf } from '../names.ts';
import type { CodedeployParts } from '../parts.ts';

const content = z.strictObject({ content: z.string(), sha256: z.string().optional() });
const createDeployment = z.strictObject({
  applicationName: z.string().optional(),
  deploymentGroupName: z.string().optional(),
  revision: z
    .strictObject({
      revisionType: z.enum(['AppSpecContent', 'String']),
      appSpecContent: content.optional(),
      string: content.optional(),
    })
    .optional(),
  deploymentConfigName: z.string().optional(),
  description: z.string().optional(),
  autoRollbackConfiguration: z
    .strictObject({ enabled: z.boolean().optional(), events: z.array(z.string()).optional() })
    .optional(),
  overrideAlarmConfiguration: z
    .strictObject({
      enabled: z.boolean().optional(),
      ignorePollAlarmFailure: z.boolean().optional(),
      alarms: z.array(z.strictObject({ name: z.string().optional() })).optional(),
    })
    .optional(),
});
const deploymentId = z.string().optional();
const one = z.strictObject({ deploymentId });
const several = z.strictObject({ deploymentIds: z.array(z.string()).optional() });
const STATUSES = ['Created', 'Queued', 'InProgress', 'Baking', 'Succeeded', 'Failed', 'Stopped', 'Ready'];
const listDeployments = z.strictObject({
  applicationName: z.string().optional(),
  deploymentGroupName: z.string().optional(),
  includeOnlyStatuses: z.array(z.string()).optional(),
  /** Seconds since 1970. */
  createTimeRange: z.strictObject({ start: z.number().nullish(), end: z.number().nullish() }).optional(),
  nextToken: z.string().optional(),
});
const stop = z.strictObject({ deploymentId, autoRollbackEnabled: z.boolean().optional() });
const listTargets = z.strictObject({
  deploymentId,
  targetFilters: z.strictObject({ TargetStatus: z.array(z.string()).optional() }).optional(),
  nextToken: z.string().optional(),
});
const oneTarget = z.strictObject({ deploymentId, targetId: z.string().optional() });
const severalTargets = z.strictObject({ deploymentId, targetIds: z.array(z.string()).optional() });
const report = z.strictObject({
  deploymentId,
  lifecycleEventHookExecutionId: z.string().optional(),
  status: z.string().optional(),
});

const MOST_TEXT = 1000;

/** Deployments in one request. */
const MOST_IDS = 25;

export type OfDeployments = Pick<ServiceContext, 'region' | 'accountId' | 'clock'> &
  Pick<CodedeployParts, 'targetsAfterMs'>;

/** What CodeDeploy's API has for deployments and their targets. */
export function deploymentOperations(
  groups: Groups,
  deployments: Deployments,
  { region, accountId, clock, targetsAfterMs = 0 }: OfDeployments,
): Record<string, JsonOperation> {
  const read = <S extends z.ZodType>(name: string, schema: S, body: unknown): z.output<S> =>
    readInput(`codedeploy:${name}`, schema, body, 'InvalidInputException');

  function groupArn({ application, group: name }: Deployment): string {
    return groups.arnOf({ application, name });
  }

  /** Asks on the deployment's group. Throws AwsError DeploymentIdRequiredException too. */
  function allowed(action: string, id: string | undefined, authorize: Authorize): Deployment {
    const deployment = deployments.get(required(id));
    authorize(`codedeploy:${action}`, groupArn(deployment));
    return deployment;
  }

  /** For actions that AWS's reference gives no resource: policies must allow them on `*`. */
  function allowedOnAll(action: string, id: string | undefined, authorize: Authorize): Deployment {
    authorize(`codedeploy:${action}`, '*');
    return deployments.get(required(id));
  }

  function describe(deployment: Deployment): object {
    const { id, application, group: name } = deployment;
    const newestFirst = deployments.of({ application, name });
    const older = newestFirst.slice(newestFirst.findIndex((other) => other.id === id) + 1);
    return describeDeployment(
      deployment,
      older.find(({ status: how }) => how === 'Succeeded'),
    );
  }

  /** Is its target known yet? */
  function hasTarget({ createdAt }: Deployment): boolean {
    return clock.now().getTime() - new Date(createdAt).getTime() >= targetsAfterMs;
  }

  function target(deployment: Deployment, id: string | undefined): object {
    if (id === undefined) {
      throw new AwsError('DeploymentTargetIdRequiredException', 'A deployment target ID was not provided.');
    }
    if (id !== targetId(deployment) || !hasTarget(deployment)) {
      throw new AwsError(
        'DeploymentTargetDoesNotExistException',
        `The target ${id} does not belong to the deployment ${deployment.id}.`,
      );
    }
    const { functionName } = deployment.appSpec;
    return describeTarget(deployment, `arn:aws:lambda:${region}:${accountId}:function:${functionName}`);
  }

  return {
    CreateDeployment: (body, { authorize }) => {
      const input = read('CreateDeployment', createDeployment, body);
      const application = applicationNameOf(input);
      const group = groupNameOf(input);
      authorize('codedeploy:CreateDeployment', groups.arnOf({ application, name: group }));
      const { description, deploymentConfigName, autoRollbackConfiguration: rollback } = input;
      const { overrideAlarmConfiguration: alarms } = input;
      if ((description ?? '').length > MOST_TEXT) {
        throw new AwsError('DescriptionTooLongException', 'The description has more than 1000 characters.');
      }
      groups.get(application, group);
      const { id } = deployments.create({
        application,
        group,
        ...revisionOf(input.revision),
        ...(description !== undefined && { description }),
        ...(deploymentConfigName !== undefined && { configuration: deploymentConfigName }),
        ...(rollback && { autoRollback: { enabled: rollback.enabled ?? false, events: readEvents(rollback.events) } }),
        ...(alarms && {
          alarms: {
            enabled: alarms.enabled ?? false,
            ignorePollFailure: alarms.ignorePollAlarmFailure ?? false,
            alarms: (alarms.alarms ?? []).map(({ name = '' }) => name),
          },
        }),
      });
      return { deploymentId: id };
    },
    GetDeployment: (body, { authorize }) => {
      const { deploymentId: id } = read('GetDeployment', one, body);
      return { deploymentInfo: describe(allowed('GetDeployment', id, authorize)) };
    },
    BatchGetDeployments: (body, { authorize }) => {
      const { deploymentIds: ids = [] } = read('BatchGetDeployments', several, body);
      required(ids[0]);
      if (ids.length > MOST_IDS) {
        throw new AwsError('BatchLimitExceededException', `At most ${String(MOST_IDS)} deployments can be asked for.`);
      }
      // Those that there are not are left out: no error is documented for them.
      const found = ids.filter(deployments.has).map((id) => allowed('BatchGetDeployments', id, authorize));
      return { deploymentsInfo: found.map(describe) };
    },
    ListDeployments: (body, { authorize }) => {
      const input = read('ListDeployments', listDeployments, body);
      const { applicationName: application, deploymentGroupName: name, includeOnlyStatuses: statuses } = input;
      const isAll = application === undefined && name === undefined;
      const group = isAll ? undefined : { application: applicationNameOf(input), name: groupNameOf(input) };
      authorize('codedeploy:ListDeployments', group === undefined ? '*' : groups.arnOf(group));
      if (group !== undefined) groups.get(group.application, group.name);
      const unknown = statuses?.find((one) => !STATUSES.includes(one));
      if (unknown !== undefined) {
        throw new AwsError('InvalidDeploymentStatusException', `${unknown} is no status of a deployment.`);
      }
      const { start, end } = input.createTimeRange ?? {};
      if ((start ?? 0) > (end ?? Infinity)) {
        throw new AwsError('InvalidTimeRangeException', 'The time range ends before it starts.');
      }
      const ids = deployments
        .of(group)
        .filter((deployment) => statuses?.includes(deployment.status) ?? true)
        .filter(({ createdAt }) => {
          const at = new Date(createdAt).getTime() / 1000;
          return at >= (start ?? 0) && at <= (end ?? Infinity);
        })
        .map(({ id }) => id);
      return listed('deployments', ids, input.nextToken);
    },
    StopDeployment: (body, { authorize }) => {
      const { deploymentId: id, autoRollbackEnabled } = read('StopDeployment', stop, body);
      const deployment = allowedOnAll('StopDeployment', id, authorize);
      deployments.stop(deployment.id, {
        code: 'MANUAL_STOP',
        message: `The deployment ${deployment.id} was stopped by a request.`,
        event: 'DEPLOYMENT_STOP_ON_REQUEST',
        ...(autoRollbackEnabled !== undefined && { rollBack: autoRollbackEnabled }),
      });
      return { status: 'Pending', statusMessage: `The deployment ${deployment.id} is being stopped.` };
    },
    ListDeploymentTargets: (body, { authorize }) => {
      const input = read('ListDeploymentTargets', listTargets, body);
      const deployment = allowedOnAll('ListDeploymentTargets', input.deploymentId, authorize);
      const wanted = input.targetFilters?.TargetStatus ?? [targetStatus(deployment)];
      const isListed = hasTarget(deployment) && wanted.includes(targetStatus(deployment));
      const ids = isListed ? [targetId(deployment)] : [];
      return listed('targetIds', ids, input.nextToken);
    },
    GetDeploymentTarget: (body, { authorize }) => {
      const { deploymentId: id, targetId: of } = read('GetDeploymentTarget', oneTarget, body);
      return { deploymentTarget: target(allowedOnAll('GetDeploymentTarget', id, authorize), of) };
    },
    BatchGetDeploymentTargets: (body, { authorize }) => {
      const { deploymentId: id, targetIds } = read('BatchGetDeploymentTargets', severalTargets, body);
      const deployment = allowedOnAll('BatchGetDeploymentTargets', id, authorize);
      const [only, ...others] = targetIds ?? [];
      if (others.length > 0) {
        throw new AwsError(
          'DeploymentTargetListSizeExceededException',
          'A deployment to Lambda has one target, and no more can be asked for.',
        );
      }
      return { deploymentTargets: [target(deployment, only)] };
    },
    PutLifecycleEventHookExecutionStatus: (body, { authorize }) => {
      const input = read('PutLifecycleEventHookExecutionStatus', report, body);
      const { lifecycleEventHookExecutionId: executionId = '', status: verdict } = input;
      const { id } = allowed('PutLifecycleEventHookExecutionStatus', input.deploymentId, authorize);
      if (verdict !== 'Succeeded' && verdict !== 'Failed') {
        throw new AwsError(
          'InvalidLifecycleEventHookExecutionStatusException',
          `The status of a lifecycle event hook is Succeeded or Failed, not ${verdict ?? 'nothing'}.`,
        );
      }
      deployments.report(id, executionId, verdict);
      return { lifecycleEventHookExecutionId: executionId };
    },
  };
}

/** Throws AwsError InvalidAutoRollbackConfigException. */
function readEvents(events: readonly string[] = []): AutoRollback['events'] {
  const other = events.find((one) => !isRollbackEvent(one));
  if (other === undefined) return events.filter(isRollbackEvent);
  throw new AwsError('InvalidAutoRollbackConfigException', `${other} is nothing that is rolled back for.`);
}

function required(id: string | undefined): string {
  if (id !== undefined) return id;
  throw new AwsError('DeploymentIdRequiredException', 'At least one deployment ID must be specified.');
}

/** Throws AwsError RevisionRequiredException, and InvalidRevisionException where the hash is another text's. */
function revisionOf(revision: z.output<typeof createDeployment>['revision']): {
  content: string;
  revisionType: 'AppSpecContent' | 'String';
} {
  if (revision === undefined) throw new AwsError('RevisionRequiredException', 'A revision must be specified.');
  const { revisionType, appSpecContent, string } = revision;
  const given = revisionType === 'String' ? string : appSpecContent;
  if (given === undefined) {
    throw new AwsError('InvalidRevisionException', `A revision of type ${revisionType} must have its content.`);
  }
  const hash = createHash('sha256').update(given.content).digest('hex');
  if (given.sha256 !== undefined && given.sha256 !== hash) {
    throw new AwsError('InvalidRevisionException', `The content's SHA-256 is ${hash}, not ${given.sha256}.`);
  }
  return { content: given.content, revisionType };
}
