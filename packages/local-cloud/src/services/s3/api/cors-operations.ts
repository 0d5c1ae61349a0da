import { AwsError } from '../../../core/aws-error.ts';
import { allOf, allTextsOf, malformedXml, only, readXml, textOf, type XmlElement } from '../../../wire/xml-reader.ts';
import { verifyBody } from '../checksums.ts';
import { checkCorsRules, type CorsRule } from '../cors-rules.ts';
import { noContent, readBody, xml, type Operation } from './call.ts';

export const corsOperations: Readonly<Record<string, Operation>> = {
  GetBucketCors: {
    run: (call) => {
      call.allow('s3:GetBucketCORS', 'bucket');
      const { cors } = call.settings();
      if (cors === undefined) {
        throw new AwsError('NoSuchCORSConfiguration', 'The CORS configuration does not exist', 404, {
          BucketName: call.bucket,
        });
      }
      return xml('CORSConfiguration', {
        CORSRule: cors.map((rule) => ({
          ID: rule.id,
          AllowedMethod: rule.methods,
          AllowedOrigin: rule.origins,
          AllowedHeader: rule.headers,
          ExposeHeader: rule.exposed,
          MaxAgeSeconds: rule.maxAgeSeconds,
        })),
      });
    },
  },

  PutBucketCors: {
    run: (call) => {
      call.allow('s3:PutBucketCORS', 'bucket');
      const { bytes, headers } = readBody(call);
      verifyBody(bytes, headers);
      const rules = allOf(only(readXml(bytes, 'CORSConfiguration'), 'CORSConfiguration', ['CORSRule']), 'CORSRule').map(
        read,
      );
      if (rules.length === 0) throw malformedXml();
      checkCorsRules(rules);
      call.s3.buckets.set(call.bucket, { cors: rules });
      return { status: 200 };
    },
  },

  DeleteBucketCors: {
    run: (call) => {
      call.allow('s3:PutBucketCORS', 'bucket');
      call.s3.buckets.set(call.bucket, { cors: undefined });
      return noContent();
    },
  },
};

const ELEMENTS = ['ID', 'AllowedMethod', 'AllowedOrigin', 'AllowedHeader', 'ExposeHeader', 'MaxAgeSeconds'];

function read(rule: XmlElement): CorsRule {
  only(rule, 'CORSRule', ELEMENTS);
  const id = textOf(rule, 'ID');
  const maxAge = textOf(rule, 'MaxAgeSeconds')?.trim();
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge)) throw malformedXml();
  return {
    ...(id !== undefined && { id }),
    methods: allTextsOf(rule, 'AllowedMethod'),
    origins: allTextsOf(rule, 'AllowedOrigin'),
    headers: allTextsOf(rule, 'AllowedHeader'),
    exposed: allTextsOf(rule, 'ExposeHeader'),
    ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }),
  };
}
