import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';

import { recordRemovals } from '../../../functions/shared/stores/record-removals.ts';
import { answering } from './answering.ts';

test('one record is removed, whatever it says', async () => {
  const { client, sent } = answering({ headers: { 'content-type': 'application/x-amz-json-1.0' }, body: '{}' });
  await recordRemovals(new DynamoDBClient(client), 'images').removeRecord('an-id', 'renditions');
  expect(sent.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { TableName: 'images', Key: { imageId: { S: 'an-id' }, recipe: { S: 'renditions' } } },
  ]);
});
