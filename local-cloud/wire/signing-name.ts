/** Who signed a request, and for which service: from the Authorization header, or the query of a presigned URL. */
export type Signer = { accessKeyId?: string; signingName?: string };

// <access key id>/<yyyymmdd>/<region>/<service>/aws4_request; the asymmetric variant has no region.
const SCOPE = /^(.+)\/\d{8}\/(?:[^/]+\/)?([^/]+)\/aws4_request$/;

/** The first part of X-Amz-Target, for clients that call a JSON service unsigned. */
const targets: Readonly<Record<string, string>> = { DynamoDB_20120810: 'dynamodb', AmazonSQS: 'sqs' };

/** Reads no more than names: whether the signature is right is another question. */
export function readSigner(headers: Readonly<Record<string, string>>, query: URLSearchParams): Signer {
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential');
  const scope = SCOPE.exec(credential ?? '');
  if (scope?.[1] !== undefined && scope[2] !== undefined) return { accessKeyId: scope[1], signingName: scope[2] };
  const signingName = targets[headers['x-amz-target']?.split('.')[0] ?? ''];
  return signingName === undefined ? {} : { signingName };
}
