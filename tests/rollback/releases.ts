import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { createCloud } from 'local-cloud';
import type { Undocumented } from 'local-cloud';
import { openStage } from '../end-to-end/support/stage.ts';
import { changedTemplate } from '../support/changed-template.ts';
import { eventually } from 'local-cloud/testing';

export type ReleaseCloud = Awaited<ReturnType<typeof startReleases>>;
type FunctionName = 'GenerateThumbnails' | 'GenerateRenditions';

/** s. Hooks and images work at the machine's speed. */
const PATIENCE = 300;

/**
 * The whole application, released by stack updates, as `sam deploy` does it: the renditions by a canary, the thumbnails as `type` says in
 * each release. A minute is two seconds.
 */
export async function startReleases(undocumented: Partial<Undocumented>) {
  const folder = await mkdtemp(join(tmpdir(), 'rollback-'));
  const template = await changedTemplate(folder, (text) =>
    text.replace(/(CodeUri: functions\/generate-renditions\n.*?\n {8}Type: )[^\n]+/su, '$1Canary10Percent5Minutes'),
  );
  const cloud = await createCloud({
    ...{ template, stackName: 'serverless-thumbnails', port: 0, undocumented },
    // Work is not faster: an image that a version has in hand must be done before the repair after it has waited its 75 seconds.
    clockFactor: 30,
    retainExceptOnCreate: false,
  });
  const { codedeploy, lambda, stacks } = cloud.services;
  const deploy = (id: string, type: string) =>
    cloud.deploy({ Stage: 'local', Gallery: 'off', ReleaseId: `${id}00000000`, DeploymentType: type });
  await deploy('first', 'AllAtOnce');
  const stage = await openStage('serverless-thumbnails', cloud.endpoint);
  const names = {
    GenerateThumbnails: await stage.physicalId('GenerateThumbnailsFunction'),
    GenerateRenditions: await stage.physicalId('GenerateRenditionsFunction'),
  };
  const cloudWatch = new CloudWatchClient({
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

  /** The newest deployment of a function; undefined before the first. */
  const latest = (name: FunctionName) =>
    codedeploy.deployments.of().find(({ appSpec }) => appSpec.functionName === names[name]);
  const isActive = ({ status }: { status: string }) => status === 'Created' || status === 'InProgress';

  return {
    stage,
    names,
    deploy,
    latest,
    status: () => stacks.view.stacks()[0]?.status,
    continueRollback: () => stacks.continueRollback('serverless-thumbnails'),
    /** The version that the alias has, with the weights of others if there are some. */
    live: (name: FunctionName) => {
      const { functionVersion, weights } = lambda.functions.alias(names[name], 'live');
      return Object.keys(weights).length === 0 ? functionVersion : `${functionVersion} ${JSON.stringify(weights)}`;
    },
    moveBack: (name: FunctionName, functionVersion: string) =>
      lambda.moveAlias(names[name], 'live', { functionVersion, weights: {} }),
    /** Waits until the newest deployment of a function is like this. */
    waitFor: (name: FunctionName, what: (deployment: NonNullable<ReturnType<typeof latest>>) => boolean) =>
      eventually(
        `a deployment of ${name}`,
        () => {
          const deployment = latest(name);
          return deployment !== undefined && what(deployment) && deployment;
        },
        PATIENCE,
      ),
    waitUntilIdle: () =>
      eventually('all deployments to have ended', () => !codedeploy.deployments.of().some(isActive), PATIENCE),
    /** Those that stop deployments; the others only inform, some of them for hours. */
    waitForAlarms: () =>
      eventually(
        'no alarm of a deployment group to fire',
        async () => {
          const gates = new Set(codedeploy.deployments.of().flatMap(({ alarms }) => alarms.alarms));
          const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
          return !MetricAlarms.some(({ AlarmName }) => gates.has(AlarmName ?? ''));
        },
        PATIENCE,
      ),
    /** As a person does it: `aws deploy stop-deployment --auto-rollback-enabled`. */
    stop: (id: string) =>
      codedeploy.deployments.stop(id, {
        ...{ code: 'MANUAL_STOP', message: 'It was stopped by hand.', event: 'DEPLOYMENT_STOP_ON_REQUEST' },
        rollBack: true,
      }),
    /** Makes GenerateThumbnailsImagesFailedAlarm fire: five of five images fail in a version. */
    failImages: async (version: string) => {
      const Dimensions = [
        { Name: 'FunctionName', Value: names.GenerateThumbnails },
        { Name: 'Recipe', Value: 'thumbnails' },
        { Name: 'FunctionVersion', Value: version },
      ];
      const data = ['Images', 'ImagesFailed'].map((MetricName) => ({
        MetricName,
        Dimensions,
        Value: 5,
        Unit: 'Count' as const,
      }));
      await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'ServerlessThumbnails', MetricData: data }));
    },
    /** As docs/runbook.md has it for a version that was live and was moved back by hand. */
    repairAfter: async (deploymentId: string) => {
      const FunctionName = await stage.physicalId('RepairAfterRollbackFunction');
      const Payload = Buffer.from(JSON.stringify({ detail: { deploymentId } }));
      await stage.lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
    },
    /** How many events of repair-after-rollback have failed for good. */
    failedRepairs: async (): Promise<string> => {
      const QueueUrl = await stage.physicalId('RepairFailureQueue');
      const { Attributes } = await stage.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      return Attributes?.['ApproximateNumberOfMessages'] ?? '?';
    },
    end: async () => {
      for (const client of [cloudWatch, stage.s3, stage.dynamoDb, stage.sns, stage.sqs, stage.lambda]) client.destroy();
      await cloud.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
