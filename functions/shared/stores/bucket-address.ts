/** Where AWS is, if it is elsewhere than in its own domain: a URL, as the SDK takes it from AWS_ENDPOINT_URL(_S3). */
export type Endpoint = { endpoint?: string | undefined; domainSuffix?: string | undefined };

/**
 * Under which origin and path browsers reach a bucket, as the SDK's own clients address it: by its name before S3's, or at another
 * endpoint by a path. tests/unit/stores hold it against the SDK.
 */
export function bucketAddress(
  bucket: string,
  region: string,
  { endpoint, domainSuffix = suffixOf(region) }: Endpoint = {},
): { origin: string; path: string } {
  if (endpoint !== undefined && endpoint !== '') return { origin: new URL(endpoint).origin, path: `/${bucket}` };
  return { origin: `https://${bucket}.s3.${region}.${domainSuffix}`, path: '' };
}

/** The endpoint of S3 in the environment, as the SDK reads it. */
export function s3Endpoint(env: NodeJS.ProcessEnv = process.env): Endpoint {
  return { endpoint: env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'] };
}

function suffixOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}
