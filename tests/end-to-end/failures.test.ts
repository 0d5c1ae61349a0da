import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { drawSample } from '../../commands/sample-picture.ts';
import { changedTemplate } from '../support/changed-template.ts';
import { eventually } from 'local-cloud/testing';
import { startLocalCloud, type RunningCloud } from '../support/local-cloud.ts';
import { descendants } from 'local-cloud/testing';
import { messagesIn, outcomes, outputKeys, put, queueIsEmpty, unreferencedOutputs } from './support/images.ts';
import { openStage } from './support/stage.ts';

const repository = join(import.meta.dirname, '..', '..');

/** Nothing here needs the gallery, and half of the resources are its. */
const parameters = { Stage: 'local', Gallery: 'off' };

let folder: string;
let cloud: RunningCloud | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'failures-'));
});
afterEach(async () => {
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a function that always fails: two retries, then the failure queue; five receives, then the DLQ; one command brings all back', async () => {
  const state = join(folder, 'state');
  cloud = await startLocalCloud({ state, clock: 600, parameters, template: await brokenTemplate() });
  let stage = await openStage('serverless-thumbnails', cloud.endpoint);
  const originals = [
    await put(stage, 'users/unlucky/one.jpg', await drawSample(1, { megapixels: 0.3 })),
    await put(stage, 'users/unlucky/two.jpg', await drawSample(2, { megapixels: 0.3 })),
  ];
  const broken = stage;
  await stage.lambda.send(
    new InvokeCommand({
      FunctionName: `${await stage.physicalId('RepairAfterRollbackFunction')}:live`,
      InvocationType: 'Event',
      Payload: JSON.stringify({ detail: { deploymentId: 'd-NOBODYS1' } }),
    }),
  );
  await eventually(
    'both to be in the failure queue',
    async () => (await messagesIn(broken, 'ThumbnailsFailureQueueUrl')) === 2,
    240,
  );
  await eventually(
    'both to be dead-lettered',
    async () => (await messagesIn(broken, 'RenditionsDeadLetterQueueUrl')) === 2,
    240,
  );
  expect(cloud.log()).toMatch(/retry 1 of 2/);
  expect(cloud.log()).toMatch(/retry 2 of 2/);
  expect(cloud.log()).not.toMatch(/retry 3/);

  const { endpoint } = cloud;
  await eventually(
    'the repair to be there',
    async () => /RepairFailureQueue\s+1/.test(await queueCommand(endpoint)),
    60,
  );
  const shown = await queueCommand(endpoint);
  expect(shown).toMatch(/RenditionsDeadLetterQueue\s+2 waiting/);
  expect(shown).toMatch(/ThumbnailsFailureQueue\s+2 waiting/);
  expect(shown).toContain('users/unlucky/one.jpg');
  expect(shown).toMatch(/ReconcileFailureQueue\s+[1-9]/);
  expect(shown).toMatch(/RetriesExhausted.*AccessDenied/);
  expect(shown).toMatch(/d-NOBODYS1 {2}RetriesExhausted/);

  await cloud.stop();
  cloud = await startLocalCloud({ state, clock: 600, parameters });
  stage = await openStage('serverless-thumbnails', cloud.endpoint);
  expect(await queueCommand(cloud.endpoint, '--redrive')).toMatch(/RenditionsDeadLetterQueue\s+0 waiting/);
  for (const original of originals) {
    const { thumbnails, renditions } = await outcomes(stage, original);
    expect([thumbnails.status, renditions.status]).toEqual(['ready', 'ready']);
  }
  await queueIsEmpty(stage);
  expect(await messagesIn(stage, 'ThumbnailsFailureQueueUrl')).toBe(0);
}, 600_000);

test('a process killed in the middle of its work: everything is there after redelivery', async () => {
  cloud = await startLocalCloud({ clock: 600, parameters });
  const stage = await openStage('serverless-thumbnails', cloud.endpoint);
  const { pid } = cloud;
  const originals = await Promise.all(
    [1, 2, 3, 4].map(async (index) =>
      put(stage, `users/killed/${String(index)}.jpg`, await drawSample(index, { megapixels: 12 })),
    ),
  );
  const processes = await eventually('functions at work', () => {
    const found = descendants(pid);
    return found.length >= 2 && found;
  });
  for (const victim of processes) process.kill(victim.pid, 'SIGKILL');
  await eventually('the cloud to tell of it', () => /crashed|killed|ExitError/i.test(cloud?.log() ?? ''));
  for (const original of originals) {
    const { thumbnails, renditions } = await outcomes(stage, original);
    expect([thumbnails.status, renditions.status]).toEqual(['ready', 'ready']);
  }
  await queueIsEmpty(stage);
  await unreferencedOutputs(stage, originals);
  expect((await outputKeys(stage, originals)).length).toBeGreaterThanOrEqual(originals.length * 6);
}, 600_000);

/** A template with a table that the functions may not touch: every attempt fails in a way that is worth another try. */
function brokenTemplate(): Promise<string> {
  return changedTemplate(folder, (template) =>
    template.replaceAll(/dynamodb:(GetItem|PutItem|UpdateItem)/g, 'dynamodb:DescribeLimits'),
  );
}

/** `npm run queue`, as a person types it. */
async function queueCommand(endpoint: string, ...options: string[]): Promise<string> {
  const command = [join(repository, 'commands', 'queue.ts'), '--endpoint', endpoint, ...options];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return stdout;
}
