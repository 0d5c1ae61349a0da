import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { expect, test } from '@jest/globals';

import { deploymentHistory } from '../../../functions/shared/stores/deployment-history.ts';
import { answering, type Answer } from './answering.ts';

const says = (body: unknown): Answer => ({
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});

test('lists what succeeded, and what did not, since then in every group of the application', async () => {
  const { client, sent } = answering(
    says({ applicationName: 'a', deploymentGroups: ['one', 'two'] }),
    says({ deployments: ['d-1'] }),
    says({ deployments: ['d-2'] }),
    says({ deployments: ['d-3'] }),
    says({}),
  );
  const { deploymentsSince } = deploymentHistory(new CodeDeployClient(client), 'a');

  expect(await deploymentsSince(new Date('2026-05-01T12:00:00Z'))).toEqual({
    succeeded: ['d-1', 'd-2'],
    others: ['d-3'],
  });

  const asked = sent.map(({ headers, body }) => [headers['x-amz-target']?.split('.')[1], JSON.parse(body)] as unknown);
  const others = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready', 'Failed', 'Stopped'];
  const list = (deploymentGroupName: string, includeOnlyStatuses: string[]) => [
    'ListDeployments',
    {
      ...{ applicationName: 'a', deploymentGroupName, includeOnlyStatuses },
      createTimeRange: { start: Date.parse('2026-05-01T12:00:00Z') / 1_000 },
    },
  ];
  expect(asked).toEqual([
    ['ListDeploymentGroups', { applicationName: 'a' }],
    ...[list('one', ['Succeeded']), list('two', ['Succeeded'])],
    ...[list('one', others), list('two', others)],
  ]);
});
