import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';

import { parseOutputKey } from '../../../functions/shared/images/keys.ts';
import { reports } from '../../../functions/shared/stores/reports.ts';
import { answering, type Answer } from './answering.ts';

function bucket(...answers: Answer[]) {
  const { client, sent } = answering(...answers);
  return { sent, ...reports(new S3Client(client), 'thumbnails') };
}

test('a report is JSON that people can read, where no sweep takes it for an output', async () => {
  const { writeReport, sent } = bucket({});

  const uri = await writeReport('d-EXAMPLE11', 'verify-before-traffic', { verdict: 'Failed' });

  expect(uri).toBe('s3://thumbnails/reports/d-EXAMPLE11/verify-before-traffic.json');
  expect(sent).toMatchObject([
    {
      method: 'PUT',
      path: '/reports/d-EXAMPLE11/verify-before-traffic.json',
      headers: { 'content-type': 'application/json' },
      body: '{\n  "verdict": "Failed"\n}\n',
    },
  ]);
  expect(parseOutputKey('reports/d-EXAMPLE11/verify-before-traffic.json')).toBeUndefined();
});

test('a report is read back as it was written', async () => {
  const { readReport, sent } = bucket({ body: '{"verdict":"Failed"}' });
  expect(await readReport('d-EXAMPLE11', 'verify-before-traffic')).toEqual({ verdict: 'Failed' });
  expect(sent).toMatchObject([{ method: 'GET', path: '/reports/d-EXAMPLE11/verify-before-traffic.json' }]);
});

test('a report that was never written is none, and one that may not be read is an error', async () => {
  const xml = (code: string) => ({
    headers: { 'content-type': 'application/xml' },
    body: `<Error><Code>${code}</Code><Message>no</Message></Error>`,
  });
  expect(await bucket({ status: 404, ...xml('NoSuchKey') }).readReport('d-1', 'a-hook')).toBeUndefined();
  await expect(bucket({ status: 403, ...xml('AccessDenied') }).readReport('d-1', 'a-hook')).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});
