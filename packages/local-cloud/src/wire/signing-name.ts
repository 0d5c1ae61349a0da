/** Who signed a request, and for which service: from the Authorization header, or the query of a presigned URL. */
export type Signer = { accessKeyId?: string; signingName?: string };

// <access key id>/<yyyymmdd>/<region>/<service>/aws4_request; the asymmetric variant has no region.
const SCOPE = /^(.+)\/\d{8}\/(?:[^/]+\/)?([^/]+)\/aws4_request$/;

/** The first part of X-Amz-Target, for clients that call a JSON service unsigned. */
const targets: Readonly<Record<string, string>> = {
  AWSCognitoIdentityProviderService: 'cognito-idp',
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  GraniteServiceVersion20100801: 'monitoring',
};

/** Operations of S3 that are signed for names of their own; S3's API refuses them by name. */
const ofS3 = new Set(['s3express', 's3-object-lambda']);

/** Reads no more than names: whether the signature is right is another question. */
export function readSigner(headers: Readonly<Record<string, string>>, query: URLSearchParams, path: string): Signer {
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential');
  const scope = SCOPE.exec(credential ?? '');
  if (scope?.[1] !== undefined && scope[2] !== undefined) {
    return { accessKeyId: scope[1], signingName: ofS3.has(scope[2]) ? 's3' : scope[2] };
  }
  // Whoever takes a role with a token of somebody else's has no keys yet: in the query protocol only that comes unsigned.
  const isQuery = path === '/' && headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const signingName = isQuery ? 'sts' : targets[headers['x-amz-target']?.split('.')[0] ?? ''];
  return signingName === undefined ? {} : { signingName };
}
