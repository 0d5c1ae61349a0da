import { z } from 'zod';
import type { LifecycleRule } from '../../services/s3/model.ts';
import { flag, integer, text } from '../properties.ts';

const rule = z.strictObject({
  Id: text.optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: text.optional(),
  TagFilters: z.array(z.strictObject({ Key: text, Value: text })).optional(),
  ObjectSizeGreaterThan: integer.optional(),
  ObjectSizeLessThan: integer.optional(),
  ExpirationInDays: integer.optional(),
  ExpirationDate: text.optional(),
  ExpiredObjectDeleteMarker: flag.optional(),
  NoncurrentVersionExpiration: z
    .strictObject({ NoncurrentDays: integer, NewerNoncurrentVersions: integer.optional() })
    .optional(),
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: integer }).optional(),
});

/** The property `LifecycleConfiguration` of a bucket. */
export const lifecycleConfiguration = z.strictObject({ Rules: z.array(rule) });

/** CloudFormation writes a rule flat where S3 nests. */
export function toLifecycle({ Rules }: z.output<typeof lifecycleConfiguration>): LifecycleRule[] {
  return Rules.map((one, index) => ({
    id: one.Id ?? `rule-${String(index + 1)}`,
    enabled: one.Status === 'Enabled',
    filter: {
      prefix: one.Prefix ?? '',
      tags: Object.fromEntries((one.TagFilters ?? []).map(({ Key, Value }) => [Key, Value])),
      ...(one.ObjectSizeGreaterThan !== undefined && { greaterThan: one.ObjectSizeGreaterThan }),
      ...(one.ObjectSizeLessThan !== undefined && { lessThan: one.ObjectSizeLessThan }),
    },
    ...(one.ExpirationInDays !== undefined && { expirationDays: one.ExpirationInDays }),
    ...(one.ExpirationDate !== undefined && { expirationDate: one.ExpirationDate }),
    ...(one.ExpiredObjectDeleteMarker === true && { expiresDeleteMarkers: true }),
    ...(one.NoncurrentVersionExpiration && {
      noncurrentExpiration: {
        days: one.NoncurrentVersionExpiration.NoncurrentDays,
        ...(one.NoncurrentVersionExpiration.NewerNoncurrentVersions !== undefined && {
          keep: one.NoncurrentVersionExpiration.NewerNoncurrentVersions,
        }),
      },
    }),
    ...(one.AbortIncompleteMultipartUpload && {
      abortMultipartAfterDays: one.AbortIncompleteMultipartUpload.DaysAfterInitiation,
    }),
  }));
}
