import type { Context } from 'aws-lambda';

import { readEnv } from '../shared/lambda/env.ts';
import { answerHttp } from '../shared/lambda/http.ts';
import { matches, takesBrotli, type HttpResult } from '../shared/lambda/http-answer.ts';
import { log } from '../shared/lambda/log.ts';
import { functionNameVariables } from '../shared/releases/recipe-functions.ts';
import { s3Endpoint } from '../shared/stores/bucket-address.ts';
import { signIn } from '../shared/stores/sign-in.ts';
import { cached } from './cached.ts';
import page from './page.json' with { type: 'json' };
import { pageFiles } from './page-files.ts';
import type { Ports } from './ports.ts';
import { serveGallery } from './serve-gallery.ts';

const env = readEnv([
  'AWS_REGION',
  'USER_POOL_ID',
  'USER_POOL_ISSUER',
  'USER_POOL_CLIENT_ID',
  'UPLOADS_BUCKET_DOMAIN_NAME',
  'THUMBNAILS_BUCKET_DOMAIN_NAME',
  ...functionNameVariables,
]);

/** ms. Where to sign in changes with the stack, which releases versions, and so begins new processes. */
const SIGN_IN_LASTS = 3_600_000;
const ROUTINGS_LAST = 5_000;

const { endpoint } = s3Endpoint();
const originOf = (domain: string) => (endpoint === undefined ? `https://${domain}` : new URL(endpoint).origin);
const { readSignIn } = signIn({
  issuer: env.USER_POOL_ISSUER,
  poolId: env.USER_POOL_ID,
  endpoint: process.env['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'] ?? process.env['AWS_ENDPOINT_URL'],
});

const ports: Ports = {
  page: pageFiles(page.files),
  region: env.AWS_REGION,
  clientId: env.USER_POOL_CLIENT_ID,
  uploadsOrigin: originOf(env.UPLOADS_BUCKET_DOMAIN_NAME),
  thumbnailsOrigin: originOf(env.THUMBNAILS_BUCKET_DOMAIN_NAME),
  readSignIn: cached(readSignIn, SIGN_IN_LASTS, Date.now),
  // Loaded with the first question: who only wants to see the page need not wait for AWS's SDK.
  readRoutings: cached(async () => (await import('./routings.ts')).readRoutings(env), ROUTINGS_LAST, Date.now),
  warn: (what, error) => log.warn(`failed at ${what}`, { error }),
};

/** `$default` and `GET /api/config`: every request that matches no other route. */
export async function handler(event: unknown, context: Context): Promise<HttpResult> {
  return answerHttp(event, context, async (request) => {
    const { method, path } = request;
    const knows = (etag: string) => matches(request, etag);
    const answer = await serveGallery(ports, { method, path, takesBrotli: takesBrotli(request), knows });
    if (answer.kind === 'file') return answer;
    const { config } = answer;
    return { status: 200, headers: { 'cache-control': 'no-cache' }, substance: config, json: async () => config };
  });
}
