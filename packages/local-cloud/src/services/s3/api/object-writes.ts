import { notImplemented } from '../../../core/aws-error.ts';
import { verifyBody } from '../checksums.ts';
import { readWriteCondition, WRITE_CONDITIONS } from '../conditions.ts';
import { markerHeaders } from '../objects.ts';
import { checkVersionId } from '../version-id.ts';
import { noContent, readBody, type Operation } from './call.ts';
import { copyOperations } from './copy-operations.ts';
import { deleteObjects } from './delete-objects.ts';
import { DESCRIBING_HEADERS, readObjectHeaders } from './object-headers.ts';
import { postObject } from './post-object.ts';
import { createdHeaders, storeObject } from './store-object.ts';
import { taggingOperations } from './tagging-operations.ts';

export const objectWrites: Readonly<Record<string, Operation>> = {
  ...copyOperations,
  ...taggingOperations,

  PutObject: {
    headers: [...DESCRIBING_HEADERS, ...WRITE_CONDITIONS],
    run: async (call) => {
      call.allow('s3:PutObject');
      const described = readObjectHeaders(call.headers);
      if (Object.keys(described.tags).length > 0) call.allow('s3:PutObjectTagging');
      const condition = readWriteCondition(call.headers);
      const { bytes, headers } = readBody(call);
      const checksum = { ...verifyBody(bytes, headers), type: 'FULL_OBJECT' } as const;
      const object = await storeObject(call, bytes, { ...described, checksum }, 'ObjectCreated:Put', condition);
      return { status: 200, headers: createdHeaders(call, object) };
    },
  },

  DeleteObject: {
    headers: ['if-match'],
    parameters: ['versionId'],
    run: (call) => {
      const { s3, bucket, key, query, cause } = call;
      const condition = readWriteCondition(call.headers);
      const versionId = query.get('versionId');
      if (versionId === null) {
        call.allow('s3:DeleteObject');
        const marker = s3.objects.remove(bucket, key, 'ObjectRemoved', condition, cause);
        return noContent(marker === undefined ? {} : markerHeaders(marker));
      }
      if (condition.ifMatch !== undefined)
        throw notImplemented('the header if-match with a versionId of s3:DeleteObject');
      call.allow('s3:DeleteObjectVersion', 'object', { 's3:VersionId': checkVersionId(versionId) });
      const removed = s3.objects.removeVersion(bucket, key, versionId, 'ObjectRemoved', cause);
      return noContent(removed?.kind === 'delete-marker' ? markerHeaders(removed) : { 'x-amz-version-id': versionId });
    },
  },

  DeleteObjects: deleteObjects,

  PostObject: postObject,
};
