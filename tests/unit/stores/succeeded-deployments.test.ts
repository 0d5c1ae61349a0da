import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { expect, test } from '@jest/globals';

import { succeededDeployments } from '../../../functions/shared/stores/succeeded-deployments.ts';
import { answering, type Answer } from './answering.ts';

const says = (body: unknown): Answer => ({
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});

test('lists what succeeded since in every group of the application', async () => {
  const { client, sent } = answering(
    says({ applicationName: 'a', deploymentGroups: ['one', 'two'] }),
    says({ deployments: ['d-1'] }),
    says({ deployments: ['d-2'] }),
  );
  const { succeededSince } = succeededDeployments(new CodeDeployClient(client), 'a');

  expect(await succeededSince(new Date('2026-05-01T12:00:00Z'))).toEqual(['d-1', 'd-2']);

  const asked = sent.map(({ headers, body }) => [headers['x-amz-target']?.split('.')[1], JSON.parse(body)] as unknown);
  const list = (deploymentGroupName: string) => [
    'ListDeployments',
    {
      ...{ applicationName: 'a', deploymentGroupName, includeOnlyStatuses: ['Succeeded'] },
      createTimeRange: { start: Date.parse('2026-05-01T12:00:00Z') / 1_000 },
    },
  ];
  expect(asked).toEqual([['ListDeploymentGroups', { applicationName: 'a' }], list('one'), list('two')]);
});
