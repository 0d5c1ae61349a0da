import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from '@jest/globals';
import { findStack } from '../../commands/rehearse/aws/stack.ts';
import { uploadSteadily, deletePhotographs } from '../../commands/rehearse/photographs/uploads.ts';
import { drawPictures } from '../../commands/rehearse/photographs/pictures.ts';
import { demoUser, ensureDemoUser } from '../../commands/shared/demo-user.ts';
import { findTarget } from '../../commands/shared/target.ts';
import { eventually } from 'local-cloud/testing';
import { openGallery } from './support/gallery.ts';
import { stageUnderTest } from './support/stage.ts';

// The demo user is never made on AWS.
const here = process.env.E2E_STAGE === undefined ? test : test.skip;

here('what a rehearsal uploads here is seen by the demo user, who is made once and may sign in', async () => {
  const target = await findTarget({ stage: 'local', endpoint: process.env.E2E_ENDPOINT });
  expect((await findStack(target, true)).owner).toBe('rehearsal');
  const cognito = new CognitoIdentityProviderClient(target.client);
  const sub = await ensureDemoUser(cognito, target.output('UserPoolId'));
  expect(await ensureDemoUser(cognito, target.output('UserPoolId'))).toBe(sub);
  const stack = await findStack(target, true);
  expect(stack.owner).toBe(sub);
  // In a cloud of its own nobody looks.
  expect((await findStack(target)).owner).toBe('rehearsal');

  const plan = { pictures: await drawPictures(1), id: 'shown', perSecond: 10 };
  const uploader = uploadSteadily(stack, plan, () => 0);
  await eventually('a photograph to be uploaded', () => uploader.photographs.length > 0);
  await uploader.stop();

  const gallery = await openGallery(await stageUnderTest(), process.env.E2E_ENDPOINT ?? '');
  const { access: token } = await gallery.signInAs(demoUser.email, demoUser.password);
  const names = async (): Promise<string[]> => {
    const { json } = await gallery.ask('api/images', { token });
    return (json['images'] as { name: string; status: string }[])
      .filter(({ status }) => status === 'ready')
      .map((one) => one.name);
  };
  await eventually('the photograph to be shown', async () => (await names()).includes('0000.jpg'));
  await deletePhotographs(stack, uploader.photographs);
  await eventually('the photograph to be gone', async () => (await names()).length === 0);
});
