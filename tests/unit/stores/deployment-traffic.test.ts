import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { expect, test } from '@jest/globals';

import { deploymentTraffic } from '../../../functions/shared/stores/deployment-traffic.ts';
import { answering, type Answer } from './answering.ts';

const says = (body: unknown): Answer => ({
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});

function receivedTraffic(lambdaTarget: object): Promise<boolean> {
  const { client } = answering(says({ targetIds: ['a:live'] }), says({ deploymentTargets: [{ lambdaTarget }] }));
  return deploymentTraffic(new CodeDeployClient(client)).receivedTraffic('d-EXAMPLE11');
}

test.each([
  ['Pending', false],
  ['Skipped', false],
  ['InProgress', true],
  ['Succeeded', true],
  ['Failed', true],
  ['Unknown', true],
])('a shift of traffic that is %s: %s', async (status, gave) => {
  const lifecycleEvents = [
    { lifecycleEventName: 'BeforeAllowTraffic', status: 'Failed' },
    { lifecycleEventName: 'AllowTraffic', status },
    { lifecycleEventName: 'AfterAllowTraffic', status: 'Skipped' },
  ];
  expect(await receivedTraffic({ lifecycleEvents })).toBe(gave);
});

test('if CodeDeploy does not say, there may have been traffic', async () => {
  expect(await receivedTraffic({})).toBe(true);
  const { client } = answering(says({ targetIds: [] }));
  expect(await deploymentTraffic(new CodeDeployClient(client)).receivedTraffic('d-EXAMPLE11')).toBe(true);
});
