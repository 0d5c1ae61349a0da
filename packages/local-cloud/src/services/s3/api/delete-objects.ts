import { AwsError } from '../../../core/aws-error.ts';
import { allOf, malformedXml, only, readXml, textOf } from '../../../wire/xml-reader.ts';
import type { XmlValue } from '../../../wire/xml.ts';
import { statedChecksum, verifyBody } from '../checksums.ts';
import { invalidRequest } from '../errors.ts';
import { checkVersionId } from '../version-id.ts';
import { callOn, readBody, xml, type Call, type Operation } from './call.ts';

const MOST_OBJECTS = 1000;

type Wanted = { key: string; versionId?: string; eTag?: string };

export const deleteObjects: Operation = {
  run: (call) => {
    call.settings();
    const { bytes, headers } = readBody(call);
    if (headers['content-md5'] === undefined && statedChecksum(headers) === undefined) {
      throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
    }
    verifyBody(bytes, headers);
    const body = only(readXml(bytes, 'Delete'), 'Delete', ['Object', 'Quiet']);
    const wanted = allOf(body, 'Object').map((object): Wanted => {
      const { key, versionId, eTag } = {
        key: textOf(only(object, 'Object', ['Key', 'VersionId', 'ETag']), 'Key'),
        versionId: textOf(object, 'VersionId'),
        eTag: textOf(object, 'ETag'),
      };
      if (key === undefined || key === '') throw malformedXml();
      return { key, ...(versionId !== undefined && { versionId }), ...(eTag !== undefined && { eTag }) };
    });
    if (wanted.length === 0 || wanted.length > MOST_OBJECTS) throw malformedXml();
    const quiet = textOf(body, 'Quiet') === 'true';
    const results = wanted.map((one) => deleteOne(call, one));
    return xml('DeleteResult', {
      Deleted: quiet ? [] : results.flatMap(({ deleted }) => (deleted === undefined ? [] : [deleted])),
      Error: results.flatMap(({ error }) => (error === undefined ? [] : [error])),
    });
  },
};

function deleteOne(whole: Call, { key, versionId, eTag }: Wanted): { deleted?: XmlValue; error?: XmlValue } {
  const call = callOn(whole, { bucket: whole.bucket, key });
  const { s3, bucket, cause } = call;
  const named = { Key: key, ...(versionId !== undefined && { VersionId: versionId }) };
  try {
    if (versionId !== undefined) {
      call.allow('s3:DeleteObjectVersion', 'object', { 's3:VersionId': checkVersionId(versionId) });
      const removed = s3.objects.removeVersion(bucket, key, versionId, 'ObjectRemoved', cause);
      const wasMarker = removed?.kind === 'delete-marker';
      return { deleted: { ...named, ...(wasMarker && { DeleteMarker: true, DeleteMarkerVersionId: versionId }) } };
    }
    call.allow('s3:DeleteObject');
    const condition = eTag === undefined ? {} : { ifMatch: eTag };
    const marker = s3.objects.remove(bucket, key, 'ObjectRemoved', condition, cause);
    return {
      deleted: { ...named, ...(marker && { DeleteMarker: true, DeleteMarkerVersionId: marker.versionId }) },
    };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { error: { ...named, Code: error.code, Message: error.message } };
  }
}
