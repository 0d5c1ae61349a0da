import { join } from 'node:path';
import { CloudFormationClient, DeleteStackCommand, waitUntilStackDeleteComplete } from '@aws-sdk/client-cloudformation';
import { expect, test } from '@jest/globals';
import { endpointOf, npmStart, repository, saysWhatToTry } from '../end-to-end/support/npm-start.ts';
import { expectSigtermEndsAll } from '../end-to-end/support/sigterm.ts';
import { changedTemplate } from '../support/changed-template.ts';
import { startLocalCloud } from '../support/local-cloud.ts';

const { folder, launch, start } = npmStart();

// npm starts a shell, which starts this Node, which starts Node 24: tests/end-to-end/start.test.ts has npm itself.
test('SIGTERM to the Node that npm starts ends everything: processes, environments and the port', async () => {
  const commands = ['node24.mjs', 'start.ts'].map((name) => join(repository, 'commands', name));
  await expectSigtermEndsAll(launch(process.execPath, commands, ['--port', '0', '--no-watch']));
});

test('after its stack was deleted, npm start says what is in the way, and what to do about it', async () => {
  const first = start('--port', '0', '--no-watch');
  const cloudFormation = new CloudFormationClient({
    endpoint: await endpointOf(first.printed),
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await cloudFormation.send(new DeleteStackCommand({ StackName: 'serverless-thumbnails' }));
  await waitUntilStackDeleteComplete(
    { client: cloudFormation, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { StackName: 'serverless-thumbnails' },
  );
  first.process.kill('SIGTERM');
  await first.ended;
  const again = start('--port', '0', '--no-watch');
  expect(await again.ended).toBe(1);
  expect(again.printed()).toMatch(/has probably left UploadsBucket: .*Start again with --reset: .*state/);
  const reset = start('--port', '0', '--no-watch', '--reset');
  await saysWhatToTry(reset.printed);
  reset.process.kill('SIGTERM');
  await reset.ended;
});

test('a broken template is refused with the place and the mistake', async () => {
  const template = await changedTemplate(folder(), (text) =>
    text.replace('!GetAtt GenerateThumbnailsRole.Arn', '!GetAtt NobodysRole.Arn'),
  );
  await expect(startLocalCloud({ template, state: join(folder(), 'state') })).rejects.toThrow(
    /code 1.*template\.yaml:\d+:\d+.*NobodysRole/s,
  );
});
