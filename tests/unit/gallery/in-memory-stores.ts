import { createUpload } from '../../../functions/create-upload/create-upload.ts';
import { deleteImage } from '../../../functions/delete-image/delete-image.ts';
import { getImage } from '../../../functions/get-image/get-image.ts';
import { listImages } from '../../../functions/list-images/list-images.ts';
import { pageFiles } from '../../../functions/serve-gallery/page-files.ts';
import { serveGallery } from '../../../functions/serve-gallery/serve-gallery.ts';
import { writeTombstone } from '../../../functions/shared/bring-up-to-date/write-tombstone.ts';
import { answerHttp } from '../../../functions/shared/lambda/http.ts';
import {
  matches,
  takesBrotli,
  type HttpAnswer,
  type HttpResult,
} from '../../../functions/shared/lambda/http-answer.ts';
import type { HttpRequest } from '../../../functions/shared/lambda/http-request.ts';
import { periodOf } from '../../../functions/shared/gallery/picture-urls.ts';
import type { Records } from '../../../functions/shared/gallery/records-of-image.ts';
import { userOf } from '../../../functions/shared/gallery/user.ts';
import { imageId, type OriginalVersion } from '../../../functions/shared/images/image.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import { thumbnails, type RecipeName } from '../../../functions/shared/images/recipe.ts';
import { listingAttributes, listingPartitions } from '../../../functions/shared/stores/upload-time-index.ts';
import { readAnswer, type Answer } from '../../../functions/verify-gallery/answer.ts';
import { smallPage } from '../../support/page-json.ts';
import { context } from '../lambda/context.ts';

/** A request of a client, and whose token the HTTP API has verified with it; none, without one. */
export type Asked = {
  method?: string;
  path: string;
  query?: string;
  headers?: Record<string, string>;
  body?: string;
  user?: string;
  claims?: Record<string, unknown>;
};

export const bucket = 'uploads';

/** The functions behind the HTTP API as they are, over a bucket and a table in memory. */
export function createInMemoryStores() {
  const originals = new Map<string, OriginalVersion>();
  const table = new Map<string, ImageRecord>();
  const outputs = new Set<string>();
  const clock = { now: new Date('2026-12-01T10:20:30.000Z') };
  let names = 0;

  const readRecord = async (id: string, recipe: RecipeName) => table.get(`${id} ${recipe}`);
  const readRecords = async (ids: readonly string[]) => {
    const found = new Map<string, Records>();
    for (const { imageId: id, recipe, ...record } of table.values()) {
      if (ids.includes(id)) found.set(id, { ...found.get(id), [recipe]: { imageId: id, recipe, ...record } });
    }
    return found;
  };
  const pictureUrls = (now: Date) => {
    const { start, expireAt } = periodOf(now);
    const period = start.toISOString();
    const url = (place: string, key: string) =>
      `https://${place}.example/${encodeURI(key)}?X-Amz-Date=${period}&X-Amz-Signature=secret`;
    return {
      ...{ period, expireAt },
      ofOutput: async ({ key }: { key: string }) => url('thumbnails', key),
      ofOriginal: async ({ key }: { key: string }) => url('uploads', key),
    };
  };
  const now = () => clock.now;

  async function listPartition(partition: string, before: string | undefined, limit: number) {
    const all = [...table.values()]
      .map((record) => ({ imageId: record.imageId, ...listingAttributes(record, []) }))
      .flatMap(({ imageId: id, listing, listedAt }) =>
        listing === partition && listedAt !== undefined && (before === undefined || listedAt < before)
          ? [{ imageId: id, position: listedAt }]
          : [],
      )
      .sort((a, b) => (a.position < b.position ? 1 : -1));
    return { images: all.slice(0, limit), more: all.length > limit };
  }

  const burial = {
    readRecord,
    writeRecord: async (record: ImageRecord, expected: number) => {
      if (((await readRecord(record.imageId, record.recipe))?.revision ?? 0) !== expected) return 'lost' as const;
      put(record);
      return 'written' as const;
    },
    headOriginal: async ({ key }: { key: string }) => originals.get(key),
    deleteOutputs: async (keys: readonly string[]) => keys.forEach((key) => outputs.delete(key)),
    now,
    pause: async () => undefined,
  };

  const ports = {
    upload: {
      bucket,
      signForm: async ({ key, contentType, size }: { key: string; contentType: string; size: number }) => ({
        url: `https://${bucket}.example/`,
        fields: { 'Content-Type': contentType, key, Policy: `${size}`, 'X-Amz-Signature': 'secret' },
      }),
      formSeconds: 300,
      newName: () => `00000000-0000-4000-8000-${String(++names).padStart(12, '0')}`,
      imageId,
      now,
    },
    list: {
      partitionsOf: listingPartitions,
      listPartition,
      readRecords,
      pictureUrls,
      cursorKey: 'arn:aws:cloudformation:us-east-1:000000000000:stack/gallery/6ba7b810',
      now,
    },
    get: { readRecords, pictureUrls, now },
    delete: {
      bucket,
      readRecord,
      deleteOriginal: async ({ key }: { key: string }) => void originals.delete(key),
      hide: async (image: { bucket: string; key: string }) =>
        writeTombstone(burial, 'delete-image:1', image, thumbnails),
    },
    page: {
      page: pageFiles(smallPage),
      region: 'us-east-1',
      clientId: 'client',
      uploadsOrigin: `https://${bucket}.example`,
      thumbnailsOrigin: 'https://thumbnails.example',
      readSignIn: async () => ({
        issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool',
        authorizationEndpoint: 'https://sign-in.example/oauth2/authorize',
        tokenEndpoint: 'https://sign-in.example/oauth2/token',
        userInfoEndpoint: 'https://sign-in.example/oauth2/userInfo',
        revocationEndpoint: 'https://sign-in.example/oauth2/revoke',
        logoutEndpoint: 'https://sign-in.example/logout',
      }),
      readRoutings: async () => ({
        thumbnails: { version: '12', weights: { '13': 0.1 } },
        renditions: { version: '7', weights: {} },
      }),
      warn: () => undefined,
    },
  };

  const routes: Record<string, (request: HttpRequest) => Promise<HttpAnswer>> = {
    'POST /api/uploads': async ({ claims, body }) => {
      const upload = await createUpload(ports.upload, userOf(claims), body);
      return { status: 201, json: async () => upload };
    },
    'GET /api/images': async ({ claims, query }) => {
      const { substance, page } = await listImages(ports.list, userOf(claims), query);
      return { status: 200, headers: { 'cache-control': 'private, no-cache' }, substance, json: page };
    },
    'GET /api/images/{imageId}': async ({ claims, parameters, query }) => {
      const { substance, details } = await getImage(ports.get, userOf(claims), parameters['imageId'] ?? '', query);
      return { status: 200, headers: { 'cache-control': 'private, no-cache' }, substance, json: details };
    },
    'DELETE /api/images/{imageId}': async ({ claims, parameters }) => {
      await deleteImage(ports.delete, userOf(claims), parameters['imageId'] ?? '');
      return { status: 204 };
    },
  };

  /** What no other route takes. */
  async function servePage(request: HttpRequest): Promise<HttpAnswer> {
    const { method, path } = request;
    const knows = (etag: string) => matches(request, etag);
    const answer = await serveGallery(ports.page, { method, path, takesBrotli: takesBrotli(request), knows });
    if (answer.kind === 'file') return answer;
    const { config } = answer;
    return { status: 200, headers: { 'cache-control': 'no-cache' }, substance: config, json: async () => config };
  }

  /** What the function behind an event's route returns. */
  function handle(event: { routeKey: string }): Promise<HttpResult> {
    const work = routes[event.routeKey] ?? servePage;
    return answerHttp(event, context(), work);
  }

  /** Asks as a client does, through what an HTTP API makes of it; the answer as the client gets it. */
  async function ask({ method = 'GET', path, query = '', headers = {}, body, user, claims }: Asked): Promise<Answer> {
    const [, id] = /^\/api\/images\/([^/]+)$/u.exec(path) ?? [];
    const wanted = `${method} ${id === undefined ? path : '/api/images/{imageId}'}`;
    const routeKey = Object.hasOwn(routes, wanted) ? wanted : '$default';
    const verified = claims ?? (user === undefined ? undefined : { sub: user, token_use: 'access', scope: 'openid' });
    const event = {
      version: '2.0',
      routeKey,
      rawPath: path,
      rawQueryString: query,
      headers,
      requestContext: {
        http: { method, path },
        ...(verified && { authorizer: { jwt: { claims: verified, scopes: [] } } }),
      },
      ...(id !== undefined && routeKey !== '$default' && { pathParameters: { imageId: id } }),
      ...(body !== undefined && { body }),
      isBase64Encoded: false,
    };
    const answer = readAnswer(await handle(event));
    if (answer === undefined) throw new Error('no answer that an HTTP API understands');
    return answer;
  }

  function put(record: ImageRecord): void {
    table.set(`${record.imageId} ${record.recipe}`, record);
  }

  /** An image of an owner with both recipes, as the pipeline leaves it; `changes` are of the thumbnails' record. */
  function addImage(owner: string, n: number, changes: Partial<ImageRecord> = {}): string {
    const key = `users/${owner}/00000000-0000-4000-8000-${String(n).padStart(12, '0')}/사진 ${n}.jpg`;
    const id = imageId({ bucket, key });
    const uploadedAt = new Date(Date.parse('2026-11-01T00:00:00.000Z') + n * 1_000).toISOString();
    originals.set(key, { versionId: 'v1', eTag: '"1"', size: 1_000, uploadedAt });
    const common = {
      ...{ imageId: id, recipeVersion: 1, revision: 1, status: 'ready' as const, owner, bucket, key },
      ...{
        eTag: '"1"',
        versionId: 'v1',
        size: 1_000,
        format: 'jpeg' as const,
        width: 4_000,
        height: 3_000,
        uploadedAt,
      },
      ...{ processedAt: '2026-11-30T00:00:00.000Z', processedBy: '12' },
    };
    const output = (recipe: RecipeName, width: number, format: 'webp' | 'avif' = 'webp') => {
      const outputKey = `${recipe}/${id}/attempt/${width}.${format}`;
      outputs.add(outputKey);
      return { key: outputKey, width, height: (width * 3) / 4, format, bytes: width * 10 };
    };
    put({
      ...common,
      recipe: 'thumbnails',
      outputs: [output('thumbnails', 320), output('thumbnails', 128), output('thumbnails', 640)],
      ...changes,
    });
    put({
      ...common,
      recipe: 'renditions',
      placeholder: 'YJqGPQw7sFlslqhFafSE+Q6oJ1h2iHB2Rw==',
      dominantColour: '#aabbcc',
      exif: { camera: 'X100', iso: 200 },
      outputs: [output('renditions', 1_280), output('renditions', 2_048), output('renditions', 1_280, 'avif')],
    });
    return id;
  }

  return { ask, handle, addImage, put, table, originals, outputs, clock, ports };
}
