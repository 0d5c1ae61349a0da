import { allOf, asElement, only, readXml, textOf } from '../../../wire/xml-reader.ts';
import type { XmlValue } from '../../../wire/xml.ts';
import { verifyBody } from '../checksums.ts';
import { noContent, readBody, xml, type Call, type Operation } from './call.ts';
import { checkTags, versionHeader } from './object-headers.ts';
import { findObject } from './object-reads.ts';

export const taggingOperations: Readonly<Record<string, Operation>> = {
  GetObjectTagging: {
    parameters: ['versionId'],
    run: (call) => {
      const object = findObject(call, 's3:GetObjectTagging');
      return xml('Tagging', tagSet(object.tags), versionHeader(object, call.settings().versioning));
    },
  },

  PutObjectTagging: {
    parameters: ['versionId'],
    run: (call) => {
      const object = findObject(call, 's3:PutObjectTagging');
      const { bytes, headers } = readBody(call);
      verifyBody(bytes, headers);
      call.s3.objects.setTags(object, readTagging(bytes), call.cause);
      return { status: 200, headers: versionHeader(object, call.settings().versioning) };
    },
  },

  DeleteObjectTagging: {
    parameters: ['versionId'],
    run: (call: Call) => {
      const object = findObject(call, 's3:DeleteObjectTagging');
      call.s3.objects.setTags(object, {}, call.cause);
      return noContent(versionHeader(object, call.settings().versioning));
    },
  },
};

export function tagSet(tags: Readonly<Record<string, string>>): XmlValue {
  return { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } };
}

/** Throws AwsError for tags that S3 would not take; `most` of them. */
export function readTagging(body: Buffer, most?: number): Record<string, string> {
  const tagging = only(readXml(body, 'Tagging'), 'Tagging', ['TagSet']);
  const tags = allOf(only(asElement(tagging.TagSet), 'TagSet', ['Tag']), 'Tag').map(
    (tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const,
  );
  checkTags(tags, most);
  return Object.fromEntries(tags);
}
