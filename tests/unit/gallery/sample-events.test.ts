import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { admitMember, RefusedError } from '../../../functions/admit-member/admit-member.ts';
import { readMembers } from '../../../functions/admit-member/members.ts';
import { readAnswer } from '../../../functions/verify-gallery/answer.ts';
import { textOf } from '../lambda/captured.ts';
import { createInMemoryStores } from './in-memory-stores.ts';

const root = join(import.meta.dirname, '../../../events');
const read = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, unknown>;

/** What each request is answered with where there are no images. */
const expected: Record<string, number> = {
  'create-upload/heic-without-a-type.json': 201,
  'create-upload/korean-name.json': 201,
  'create-upload/too-large.json': 413,
  'delete-image/one.json': 404,
  'get-image/one.json': 404,
  'list-images/as-admin.json': 200,
  'list-images/first-page.json': 200,
  'list-images/states.json': 200,
  'list-images/tampered-cursor.json': 400,
  'serve-gallery/config.json': 200,
  'serve-gallery/head.json': 200,
  'serve-gallery/page.json': 200,
  'serve-gallery/unknown-api-path.json': 404,
};

test('the sample requests are all known here', () => {
  const folders = ['create-upload', 'delete-image', 'get-image', 'list-images', 'serve-gallery'];
  const files = folders.flatMap((name) => readdirSync(join(root, name)).map((file) => `${name}/${file}`));
  expect(files.toSorted()).toEqual(Object.keys(expected));
});

test.each(Object.entries(expected))('%s is answered with %d', async (file, status) => {
  const { handle } = createInMemoryStores();
  let answer: ReturnType<typeof readAnswer>;
  await textOf(async () => {
    answer = readAnswer(await handle(read(file) as { routeKey: string }));
  });
  expect(answer?.status).toBe(status);
});

test.each([
  ['admin-create-user', true],
  ['sign-up', false],
])('whom %s.json is about is admitted by nobody’s name: %s', (name, admitted) => {
  const { triggerSource, request } = read(`admit-member/${name}.json`) as {
    triggerSource: string;
    request: { userAttributes: { email: string } };
  };
  const admit = () => admitMember(readMembers(''), { triggerSource, email: request.userAttributes.email });
  if (admitted) expect(admit).not.toThrow();
  else expect(admit).toThrow(RefusedError);
});
