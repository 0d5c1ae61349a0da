import { AwsError } from '../../../core/aws-error.ts';
import type { WireResponse } from '../../../wire/messages.ts';
import { checkReadConditions, READ_CONDITIONS } from '../conditions.ts';
import { invalidArgument, invalidRequest, S3Error } from '../errors.ts';
import type { StoredObject } from '../model.ts';
import { readRange, type ByteRange } from '../range.ts';
import { checkVersionId } from '../version-id.ts';
import type { Call, Operation } from './call.ts';
import { checksumHeaders, expirationHeader, objectHeaders } from './object-headers.ts';

/** Parameters that replace a header of the answer. */
const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

const reading: Omit<Operation, 'run'> = {
  headers: ['x-amz-checksum-mode', ...READ_CONDITIONS],
  parameters: ['versionId', 'partNumber', ...OVERRIDES.map((name) => `response-${name}`)],
};

export const objectReads: Readonly<Record<string, Operation>> = {
  GetObject: {
    ...reading,
    run: async (call) => {
      const { object, range, response } = prepare(call);
      return { ...response, body: await call.s3.blobs.read(object.parts, range.start, range.end) };
    },
  },
  HeadObject: { ...reading, run: (call) => prepare(call).response },
};

/** The object that is asked for, or the version of it. A missing one is told to those only who may list the bucket. */
export function findObject(call: Call, action = 's3:GetObject'): StoredObject {
  const { s3, bucket, key, query } = call;
  const versionId = query.get('versionId') ?? undefined;
  if (versionId === undefined) call.allow(action);
  else
    call.allow(`${action}Version`.replace('TaggingVersion', 'VersionTagging'), 'object', {
      's3:VersionId': checkVersionId(versionId),
    });
  try {
    return s3.objects.find(bucket, key, versionId);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchKey') call.allow('s3:ListBucket', 'bucket');
    throw error;
  }
}

function prepare(call: Call): { object: StoredObject; range: ByteRange; response: WireResponse } {
  const { headers } = call;
  const object = findObject(call);
  checkReadConditions(headers, object);
  const part = partRange(call, object);
  const partial = part ?? readRange(headers.range, object.size);
  const range = partial ?? { start: 0, end: object.size };
  const wantsChecksum = headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' && partial === undefined;
  return {
    object,
    range,
    response: {
      status: partial === undefined ? 200 : 206,
      headers: {
        ...objectHeaders(object, call.settings()),
        ...(!call.query.has('versionId') && expirationHeader(object, call.settings())),
        ...(wantsChecksum && checksumHeaders(object)),
        ...overrides(call),
        'content-length': String(range.end - range.start),
        ...(partial !== undefined && {
          'content-range': `bytes ${String(range.start)}-${String(range.end - 1)}/${String(object.size)}`,
        }),
        ...(part !== undefined && object.multipart && { 'x-amz-mp-parts-count': String(object.parts.length) }),
      },
    },
  };
}

function partRange({ query, headers }: Call, { parts, size }: StoredObject): ByteRange | undefined {
  const asked = query.get('partNumber');
  if (asked === null) return undefined;
  if (headers.range !== undefined)
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  const number = Number(asked);
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', asked);
  }
  if (number === 1 && size === 0) return undefined;
  const part = parts[number - 1];
  if (part === undefined) {
    throw new S3Error('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416, {
      PartNumberRequested: asked,
      ActualPartCount: String(parts.length),
    });
  }
  const start = parts.slice(0, number - 1).reduce((sum, before) => sum + before.size, 0);
  return { start, end: start + part.size };
}

function overrides({ query }: Call): Record<string, string> {
  return Object.fromEntries(
    OVERRIDES.flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}
