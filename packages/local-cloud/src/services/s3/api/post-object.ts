import { notImplemented } from '../../../core/aws-error.ts';
import { realTime } from '../../../core/clock.ts';
import type { WireResponse } from '../../../wire/messages.ts';
import { document } from '../../../wire/xml.ts';
import { isOutdated, verifyText } from '../../../wire/signature.ts';
import { verifyBody } from '../checksums.ts';
import { invalidArgument } from '../errors.ts';
import { principalIdOf } from '../event-record.ts';
import type { StoredObject } from '../model.ts';
import { enforcePostPolicy, readPostPolicy } from '../post-policy.ts';
import { callOn, refuseUnread, type Call, type Operation } from './call.ts';
import { DESCRIBING_HEADERS, readObjectHeaders } from './object-headers.ts';
import { checkPage } from './pages.ts';
import { readPostForm, type PostForm } from './post-form.ts';
import { createdHeaders, storeObject } from './store-object.ts';
import { readTagging } from './tagging-operations.ts';
import { decodeKey } from './target.ts';

/** Fields that sign; what is left of those that begin with `x-amz-` says something of the object. */
const SIGNING = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-signature'];

/** A browser's upload by a form. Its policy, signed by somebody who may upload, says what the form may be. */
export const postObject: Operation = {
  run: async (call) => {
    const form = await readPostForm(call.request);
    const { key } = form.fields;
    if (key === undefined || key === '') {
      throw invalidArgument(
        "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
        'key',
        '',
      );
    }
    const upload = uploadBy(form, call, decodeKey(encodeURIComponent(key)));
    refuseUnread('PostObject', { headers: [...DESCRIBING_HEADERS, ...SIGNING] }, '', upload);
    if (form.fields.policy !== undefined) {
      const fields = { ...form.fields, bucket: call.bucket };
      enforcePostPolicy(readPostPolicy(form.fields.policy), fields, form.file.length, realTime.now());
    }
    upload.allow('s3:PutObject');
    const described = readObjectHeaders(upload.headers);
    const { tagging } = form.fields;
    const tags = tagging === undefined ? described.tags : readTagging(Buffer.from(tagging));
    if (Object.keys(tags).length > 0) upload.allow('s3:PutObjectTagging');
    const checksum = { ...verifyBody(form.file, upload.headers), type: 'FULL_OBJECT' } as const;
    const object = await storeObject(upload, form.file, { ...described, tags, checksum }, 'ObjectCreated:Post', {});
    return answer(form, upload, object);
  },
};

/** The upload as a call of whom the form names: fields stand for headers. Throws AwsError SignatureDoesNotMatch. */
function uploadBy({ fields }: PostForm, call: Call, key: string): Call {
  const { s3, request, cause } = call;
  const target = { bucket: call.bucket, key };
  const { acl, ...rest } = fields;
  const headers = { ...rest, ...(acl !== undefined && { 'x-amz-acl': acl }) };
  if (fields.policy === undefined) return callOn({ ...call, headers }, target);
  if (s3.callerOf === undefined) throw notImplemented('uploads by signed forms where nobody knows who signs');
  if (fields.awsaccesskeyid !== undefined) throw isOutdated();
  const algorithm = required(fields, 'x-amz-algorithm');
  if (algorithm !== 'AWS4-HMAC-SHA256') throw notImplemented(`forms signed by ${algorithm}`);
  const credential = required(fields, 'x-amz-credential');
  const signature = required(fields, 'x-amz-signature');
  const date = required(fields, 'x-amz-date');
  const [, accessKeyId, scope] = /^(.+?)\/(\d{8}\/[^/]+\/s3\/aws4_request)$/.exec(credential) ?? [];
  if (accessKeyId === undefined || scope === undefined || !scope.startsWith(date.slice(0, 8))) {
    throw invalidArgument(
      'The credential is malformed, or is not of the day of X-Amz-Date.',
      'X-Amz-Credential',
      credential,
    );
  }
  const { arn, authorize, secretAccessKey } = s3.callerOf(accessKeyId);
  if (secretAccessKey !== undefined) verifyText(fields.policy, signature, scope, secretAccessKey);
  const signed = { ...request, callerArn: arn, authorize };
  checkPage(s3, signed, target);
  return callOn(
    {
      ...call,
      request: signed,
      headers,
      cause: { ...cause, principalId: principalIdOf(arn) },
    },
    target,
  );
}

function required(fields: PostForm['fields'], name: string): string {
  const value = fields[name];
  if (value !== undefined) return value;
  throw invalidArgument(`Bucket POST must contain a field named '${name}'.`, name, '');
}

/** Where the form says so, the browser goes on to another page; else it is told what came about, as the form asks. */
function answer({ fields }: PostForm, call: Call, object: StoredObject): WireResponse {
  const { bucket, key } = call;
  const location = `${call.s3.context.endpoint()}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const headers = { ...createdHeaders(call, object), location };
  const next = redirection(fields.success_action_redirect ?? fields.redirect);
  if (next !== undefined) {
    next.searchParams.set('bucket', bucket);
    next.searchParams.set('key', key);
    next.searchParams.set('etag', `"${object.eTag}"`);
    return { status: 303, headers: { ...headers, location: next.href } };
  }
  const status = fields.success_action_status;
  if (status === '201') {
    return {
      status: 201,
      headers: { ...headers, 'content-type': 'application/xml' },
      body: document('PostResponse', { Location: location, Bucket: bucket, Key: key, ETag: `"${object.eTag}"` }),
    };
  }
  return { status: status === '200' ? 200 : 204, headers };
}

/** What is no URL S3 takes for nothing. */
function redirection(url: string | undefined): URL | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
}
