import { randomUUID } from 'node:crypto';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { differences } from '../unit/gallery/schemas.ts';
import { eventually } from 'local-cloud/testing';
import { drawQuarters } from '../support/pictures.ts';
import { openGallery, type Answered, type Tokens } from './support/gallery.ts';
import { openPoolKey } from './support/pool-key.ts';
import { stageUnderTest, type Stage } from './support/stage.ts';

type Tile = {
  imageId: string;
  status: string;
  name: string;
  reason?: string;
  outputs: { url: string; width: number }[];
  placeholder?: string;
};

// Managed login's pages are the local cloud's here; on AWS people sign in by themselves.
const there = process.env.E2E_STAGE === undefined ? describe : describe.skip;

there('the gallery', () => {
  let stage: Stage;
  let gallery: Awaited<ReturnType<typeof openGallery>>;
  let ann: Tokens;
  let otto: Tokens;
  let picture: Uint8Array;

  beforeAll(async () => {
    stage = await stageUnderTest();
    gallery = await openGallery(stage, process.env.E2E_ENDPOINT ?? '');
    const [one, other] = [`ann-${randomUUID()}@example.com`, `otto-${randomUUID()}@example.com`];
    await gallery.addMember(one);
    await gallery.addMember(other, 'admins');
    [ann, otto, picture] = await Promise.all([
      gallery.signInAs(one),
      gallery.signInAs(other),
      drawQuarters(640, 480).jpeg().toBuffer(),
    ]);
  });

  const described = (path: string, method: string, { status, headers, text }: Answered) =>
    differences(path, method, { status, headers: Object.fromEntries(headers), text });

  /** Uploads as a page does, and waits for the outcome. */
  async function upload(name: string, type: string, bytes: Uint8Array): Promise<Tile> {
    const form = await gallery.ask('api/uploads', {
      method: 'POST',
      token: ann.access,
      body: { name, type, size: bytes.length },
    });
    expect([form.status, described('/api/uploads', 'POST', form)]).toEqual([201, []]);
    expect(await gallery.send(form.json, bytes)).toBe(201);
    const query = `api/images?ids=${String(form.json['imageId'])}`;
    return eventually(`the outcome of ${name}`, async () => {
      const answer = await gallery.ask(query, { token: ann.access });
      expect(described('/api/images', 'GET', answer)).toEqual([]);
      const [tile] = answer.json['images'] as Tile[];
      return tile !== undefined && tile.status !== 'pending' ? tile : undefined;
    });
  }

  test('takes a picture, shows it, and deletes it', async () => {
    const tile = await upload('휴가 사진.jpg', 'image/jpeg', picture);
    expect(tile).toMatchObject({ status: 'ready', name: '휴가 사진.jpg' });
    expect(tile.outputs.map(({ width }) => width)).toEqual([128, 320, 640]);

    const thumbnail = await fetch(tile.outputs[0]?.url ?? '');
    expect([thumbnail.status, thumbnail.headers.get('content-type')]).toEqual([200, 'image/webp']);
    await thumbnail.arrayBuffer();

    const path = `api/images/${tile.imageId}`;
    const details = await eventually('the renditions', async () => {
      const answer = await gallery.ask(path, { token: ann.access });
      return JSON.stringify(answer.json['recipes']).includes('avif') ? answer : undefined;
    });
    expect(described('/api/images/{imageId}', 'GET', details)).toEqual([]);
    const original = await fetch((details.json['original'] as { url: string }).url);
    expect(original.headers.get('content-disposition')).toContain(
      "filename*=UTF-8''%ED%9C%B4%EA%B0%80%20%EC%82%AC%EC%A7%84.jpg",
    );
    expect(Buffer.from(await original.arrayBuffer()).equals(Buffer.from(picture))).toBe(true);

    const list = await gallery.ask('api/images', { token: ann.access, headers: { 'accept-encoding': 'br' } });
    expect([list.status, described('/api/images', 'GET', list)]).toEqual([200, []]);
    expect((list.json['images'] as Tile[]).map(({ imageId }) => imageId)).toContain(tile.imageId);
    const known = { 'if-none-match': list.headers.get('etag') ?? '' };
    expect((await gallery.ask('api/images', { token: ann.access, headers: known })).status).toBe(304);

    const deleted = await gallery.ask(path, { method: 'DELETE', token: ann.access });
    expect([deleted.status, described('/api/images/{imageId}', 'DELETE', deleted)]).toEqual([204, []]);
    const after = await gallery.ask('api/images', { token: ann.access });
    expect((after.json['images'] as Tile[]).map(({ imageId }) => imageId)).not.toContain(tile.imageId);
    const state = await gallery.ask(`api/images?ids=${tile.imageId}`, { token: ann.access });
    expect(state.json['images']).toEqual([{ imageId: tile.imageId, status: 'deleted' }]);
    expect((await gallery.ask(path, { token: ann.access })).status).toBe(404);
    await eventually('the renditions to go', async () => {
      const { status } = await fetch(JSON.stringify(details.json).match(/http[^"]*\/renditions\/[^"]*/)?.[0] ?? '');
      return status === 404 ? true : undefined;
    });
  });

  test('tells why a file that is no picture was rejected', async () => {
    const tile = await upload('evil.png', 'image/png', Buffer.from('<script>alert(1)</script>'));
    expect(tile).toMatchObject({ status: 'rejected', reason: expect.any(String) });
  });

  test('has S3 refuse whatever differs from what was signed', async () => {
    const body = { name: 'x.jpg', type: 'image/jpeg', size: picture.length };
    const { json: form } = await gallery.ask('api/uploads', { method: 'POST', token: ann.access, body });
    const { key = '' } = form['fields'] as Record<string, string>;
    const refused = await Promise.all([
      gallery.send(form, picture.subarray(1)),
      gallery.send(form, Buffer.concat([picture, Buffer.from('x')])),
      gallery.send(form, picture, { key: key.replace(/users\/[^/]+/, 'users/otto') }),
      gallery.send(form, picture, { 'Content-Type': 'text/html' }),
      gallery.send(form, picture, {
        Policy: Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').toString('base64'),
      }),
    ]);
    for (const status of refused) expect([400, 403]).toContain(status);
  });

  describe('asks for an access token', () => {
    const id = 'f'.repeat(64);
    const routes: [method: string, path: string][] = [
      ['POST', 'api/uploads'],
      ['GET', 'api/images'],
      ['GET', `api/images/${id}`],
      ['DELETE', `api/images/${id}`],
    ];

    test.each(routes)('%s /%s', async (method, path) => {
      const [head, payload, signature = ''] = ann.access.split('.');
      const sign = await openPoolKey(stage.output('UserPoolId'), process.env.E2E_STATE ?? '');
      const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as { iss: string };
      const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'otto' })).toString('base64url');
      const none = Buffer.from('{"alg":"none"}').toString('base64url');
      const wrong: Record<string, string | undefined> = {
        'no token': undefined,
        'an empty one': '',
        'no JWT': 'abc',
        'an id token': ann.id,
        'a refresh token': ann.refresh,
        'other claims': `${head}.${forged}.${signature}`,
        'another signature': `${head}.${payload}.${signature.replace(/^./, (one) => (one === 'A' ? 'B' : 'A'))}`,
        'no signature': `${none}.${payload}.`,
        'an expired one': await sign({ ...claims, iat: 1_700_000_000, exp: 1_700_003_600 }),
        'one for another client': await sign({ ...claims, client_id: 'elsewhere' }),
        'one of another pool': await sign({ ...claims, iss: `${claims.iss}x` }),
        'one without the scope': await sign({ ...claims, scope: 'email profile' }),
      };
      // Or all that is signed here would be refused, whatever it says.
      expect((await gallery.ask('api/images', { token: await sign(claims) })).status).toBe(200);
      for (const [what, token] of Object.entries(wrong)) {
        const answer = await gallery.ask(path, { method, ...(token !== undefined && { token }) });
        expect([what, [401, 403].includes(answer.status)]).toEqual([what, true]);
        expect(
          described(
            path === 'api/images' || path === 'api/uploads' ? `/${path}` : '/api/images/{imageId}',
            method,
            answer,
          ),
        ).toEqual([]);
      }
    });
  });

  test('shows nobody what is another’s, but administrators what they ask for', async () => {
    const tile = await upload('mine.jpg', 'image/jpeg', picture);
    const sub = (JSON.parse(Buffer.from(ann.access.split('.')[1] ?? '', 'base64url').toString()) as { sub: string })
      .sub;
    const path = `api/images/${tile.imageId}`;
    expect((await gallery.ask(path, { token: otto.access })).status).toBe(404);
    expect((await gallery.ask(path, { method: 'DELETE', token: otto.access })).status).toBe(404);
    expect((await gallery.ask(`api/images?ids=${tile.imageId}`, { token: otto.access })).json['images']).toEqual([]);
    expect((await gallery.ask(`${path}?owner=${sub}`, { token: otto.access })).status).toBe(200);
    expect((await gallery.ask(`api/images?owner=someone`, { token: ann.access })).status).toBe(403);
    expect((await gallery.ask(path, { token: ann.access })).status).toBe(200);
  });

  test('has written no token, no presigned URL and no form into any log', async () => {
    const tile = await upload('private.jpg', 'image/jpeg', picture);
    await gallery.ask(`api/images/${tile.imageId}?x=${ann.id}`, { token: ann.access });
    await gallery.ask('api/images', { headers: { authorization: `Bearer ${ann.refresh}` } });
    await gallery.ask(`?code=${ann.refresh}`);
    const logs = new CloudWatchLogsClient({
      endpoint: process.env.E2E_ENDPOINT ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
    const groups = logGroups.flatMap(({ logGroupName: name }) => name ?? []);
    const texts = await Promise.all(
      groups.map(async (logGroupName) => {
        const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
        return events.map(({ message }) => message ?? '').join('\n');
      }),
    );
    const text = texts.join('\n');
    // That of every function of the gallery, and the API's own.
    for (const seen of ['"answered"', '"route":"GET /api/images/{imageId}"', '"authorizer":"'])
      expect(text).toContain(seen);
    const secrets = [ann, otto].flatMap(({ access, id, refresh }) => [access, id, refresh]);
    for (const secret of secrets) expect(text.includes(secret.slice(-40))).toBe(false);
    expect(text).not.toMatch(/Bearer |X-Amz-(Signature|Credential)|Policy=|eyJhbGciOi/i);
  });

  test('serves its page with a policy that lets it reach what it must', async () => {
    const { status, headers } = await gallery.ask('');
    expect(status).toBe(200);
    const policy = headers.get('content-security-policy') ?? '';
    const { json } = await gallery.ask('api/config');
    const { tokenEndpoint } = json['signIn'] as { tokenEndpoint: string };
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).toContain(new URL(tokenEndpoint).origin);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect((await gallery.ask('', { method: 'HEAD' })).text).toBe('');
    expect((await gallery.ask('', { headers: { 'if-none-match': headers.get('etag') ?? '' } })).status).toBe(304);
  });
});
