import { admitMember } from '../../../functions/admit-member/admit-member.ts';
import { readMembers } from '../../../functions/admit-member/members.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import type { Fetched, Ports, Released } from '../../../functions/verify-gallery/ports.ts';
import { picture } from '../../../functions/verify-gallery/picture.ts';
import { verifyGallery } from '../../../functions/verify-gallery/verify-gallery.ts';
import { textOf } from '../lambda/captured.ts';
import { bucket, createInMemoryStores } from '../gallery/in-memory-stores.ts';

export type InMemoryGallery = {
  stores: ReturnType<typeof createInMemoryStores>;
  ports: Ports;
  /** What the function on trial returns, given what it would have returned. */
  changes: { answer?: (result: Record<string, unknown>, event: Record<string, unknown>) => unknown };
};

/** The hook over the real functions, a pipeline that needs a moment, and an S3 that holds forms to their policies. */
export function createInMemoryGallery(
  folder: Released,
  members = 'ann@example.com',
): InMemoryGallery & { verify: () => Promise<string[]> } {
  const stores = createInMemoryStores();
  const changes: InMemoryGallery['changes'] = {};
  const files = new Map<string, Uint8Array>();
  const seen = new Set<string>();

  /** What the pipeline has made of a picture the moment after. */
  function process(): void {
    for (const key of files.keys()) {
      if (seen.has(key)) continue;
      seen.add(key);
      const owner = key.split('/')[1] ?? '';
      const template = stores.addImage(owner, 1);
      for (const recipe of ['thumbnails', 'renditions'] as const) {
        const record = stores.table.get(`${template} ${recipe}`);
        stores.table.delete(`${template} ${recipe}`);
        if (record)
          stores.put({ ...record, imageId: imageId({ bucket, key }), key, format: 'png', width: 16, height: 16 });
      }
      const original = stores.originals.get([...stores.originals.keys()].at(-1) ?? '');
      if (original) stores.originals.set(key, original);
    }
  }

  const remove = stores.ports.delete.deleteOriginal;
  stores.ports.delete.deleteOriginal = async (image) => {
    files.delete(image.key);
    await remove(image);
  };

  const ports: Ports = {
    describeDeployment: async () => ({ functionName: 'on-trial', targetVersion: '8' }),
    folderOf: (name) => (name === 'on-trial' ? folder : undefined),
    invoke: async (_name, version, event) => {
      if (version !== '8') throw new Error('another version was tried');
      try {
        const returned = await invoke(event as Record<string, unknown>);
        return {
          status: 'returned',
          payload: changes.answer?.(returned, event as Record<string, unknown>) ?? returned,
        };
      } catch (error) {
        return { status: 'failed', error: `${(error as Error).name}: ${(error as Error).message}` };
      }
    },
    bucket,
    imageId,
    picture,
    putPicture: async (key) => void files.set(key, picture),
    readPicture: async (key) => files.get(key),
    deletePicture: async (key) => void files.delete(key),
    fetch: async (url, init) => (init ? post(init.body) : get(url)),
    members,
    newName: stores.ports.upload.newName,
    now: () => stores.clock.now.getTime(),
    pause: async (ms) => {
      stores.clock.now = new Date(stores.clock.now.getTime() + ms);
      process();
    },
    warn: () => undefined,
  };

  async function invoke(event: Record<string, unknown>): Promise<Record<string, unknown>> {
    if (folder !== 'admit-member') return { ...(await stores.handle(event as { routeKey: string })) };
    if (event['triggerSource'] === undefined) throw Object.assign(new Error('no event'), { name: 'InvalidEventError' });
    const { triggerSource, request } = event as {
      triggerSource: string;
      request: { userAttributes: { email: string } };
    };
    admitMember(readMembers(members), { triggerSource, email: request.userAttributes.email });
    return event;
  }

  async function post(body: FormData): Promise<Fetched> {
    const field = (name: string) => body.get(name) as string;
    const file = body.get('file') as Blob;
    const signed = JSON.parse(Buffer.from(field('Signed'), 'base64').toString()) as Record<string, unknown>;
    const isSigned =
      signed['key'] === field('key') && signed['type'] === field('Content-Type') && signed['size'] === file.size;
    if (isSigned) files.set(field('key'), new Uint8Array(await file.arrayBuffer()));
    return { status: isSigned ? 201 : 403, headers: new Headers(), bytes: new Uint8Array() };
  }

  async function get(url: string): Promise<Fetched> {
    const key = decodeURI(new URL(url).pathname.slice(1));
    const isOriginal = url.startsWith('https://uploads');
    const headers = new Headers(
      isOriginal ? { 'content-disposition': 'attachment; filename="verify.png"' } : { 'content-type': 'image/webp' },
    );
    return { status: 200, headers, bytes: isOriginal ? (files.get(key) ?? new Uint8Array()) : new Uint8Array([1]) };
  }

  stores.ports.upload.signForm = async ({ key, contentType, size }) => ({
    url: 'https://uploads.example/',
    fields: {
      key,
      'Content-Type': contentType,
      Signed: Buffer.from(JSON.stringify({ key, type: contentType, size })).toString('base64'),
    } as never,
  });

  async function verify(): Promise<string[]> {
    let failures: string[] = [];
    await textOf(async () => {
      const run = {
        deploymentId: 'd-1',
        deadline: new AbortController().signal,
        doing: () => undefined,
        setVerdict: () => undefined,
      };
      failures = [...(await verifyGallery(ports, run)).failures];
    });
    if (files.size > 0) failures.push(`left behind: ${[...files.keys()].join(', ')}`);
    return failures;
  }

  return { stores, ports, changes, verify };
}
