import { jsonOf } from '../answer.ts';
import type { Trial } from '../trial.ts';

const LARGEST = 25_000_000;

/** A form that S3 accepts only for the announced file. */
export async function tryCreateUpload(trial: Trial): Promise<void> {
  const { ports, owner, ask, failures } = trial;
  const size = ports.picture.byteLength;
  const request = (body: unknown, user = owner) => ({
    ...{ method: 'POST', path: '/api/uploads', headers: { 'content-type': 'application/json' } },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    user,
  });
  const whole = { name: '확인 사진.png', type: 'image/png', size };

  await ask(
    'an upload by nobody',
    { method: 'POST', path: '/api/uploads', body: JSON.stringify(whole) },
    { status: 401, problem: 'unauthorized' },
  );
  await ask('an upload of a page', request({ ...whole, type: 'text/html' }), {
    status: 415,
    problem: 'unsupported-type',
  });
  await ask('an upload too large', request({ ...whole, size: LARGEST + 1 }), { status: 413, problem: 'too-large' });
  await ask('an upload of nothing', request({ ...whole, size: 0 }), { status: 400, problem: 'invalid-request' });
  await ask('a body that is no JSON', request('{'), { status: 400, problem: 'invalid-request' });

  const answer = await ask('an upload', request(whole), { status: 201, type: 'application/json' });
  const form = answer && jsonOf(answer);
  if (form === undefined) return;
  const fields = (form['fields'] ?? {}) as Record<string, string>;
  const key = fields['key'] ?? '';
  if (!key.startsWith(`users/${owner}/`) || !key.endsWith('/확인 사진.png'))
    failures.push(`an upload: its key is ${key}`);
  if (form['imageId'] !== ports.imageId({ bucket: ports.bucket, key }))
    failures.push('an upload: its id is another image’s');
  if (!key.startsWith(`users/${owner}/`)) return;
  trial.owns(key);

  const send = async (bytes: Uint8Array, changes: Record<string, string> = {}) => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...changes })) body.append(name, value);
    body.append('file', new Blob([Uint8Array.from(bytes)], { type: 'image/png' }), 'verify.png');
    return (await ports.fetch(String(form['url']), { method: 'POST', body })).status;
  };
  const refused: [what: string, status: number][] = [
    ['a file of another size', await send(ports.picture.subarray(1))],
    ['another key', await send(ports.picture, { key: `users/${trial.stranger}/x.png` })],
    ['another type', await send(ports.picture, { 'Content-Type': 'text/html' })],
  ];
  for (const [what, status] of refused) {
    if (status < 400 || status >= 500) failures.push(`${what} than was announced: S3 answered the form with ${status}`);
  }
  const taken = await send(ports.picture);
  if (taken !== 201) failures.push(`the file that was announced: S3 answered the form with ${taken}`);
}
