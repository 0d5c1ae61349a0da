import { AwsError } from '../../../core/aws-error.ts';
import { allOf, asElement, malformedXml, only, readXml, textOf, type XmlElement } from '../../../wire/xml-reader.ts';
import type { XmlValue } from '../../../wire/xml.ts';
import { verifyBody } from '../checksums.ts';
import { checkRules } from '../lifecycle-rules.ts';
import type { LifecycleFilter, LifecycleRule } from '../model.ts';
import { noContent, readBody, xml, type Operation } from './call.ts';

export const lifecycleOperations: Readonly<Record<string, Operation>> = {
  GetBucketLifecycleConfiguration: {
    run: (call) => {
      call.allow('s3:GetLifecycleConfiguration', 'bucket');
      const { lifecycle } = call.settings();
      if (lifecycle === undefined) {
        throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', 404, {
          BucketName: call.bucket,
        });
      }
      return xml('LifecycleConfiguration', { Rule: lifecycle.map(write) });
    },
  },

  PutBucketLifecycleConfiguration: {
    run: (call) => {
      call.allow('s3:PutLifecycleConfiguration', 'bucket');
      const { bytes, headers } = readBody(call);
      verifyBody(bytes, headers);
      const body = only(readXml(bytes, 'LifecycleConfiguration'), 'LifecycleConfiguration', ['Rule']);
      const rules = allOf(body, 'Rule').map((rule) => read(rule, () => call.s3.context.random.uuid()));
      if (rules.length === 0) throw malformedXml();
      checkRules(rules);
      call.s3.buckets.set(call.bucket, { lifecycle: rules });
      return { status: 200 };
    },
  },

  DeleteBucketLifecycle: {
    run: (call) => {
      call.allow('s3:PutLifecycleConfiguration', 'bucket');
      call.s3.buckets.set(call.bucket, { lifecycle: undefined });
      return noContent();
    },
  },
};

const ELEMENTS = [
  'ID',
  'Status',
  'Prefix',
  'Filter',
  'Expiration',
  'NoncurrentVersionExpiration',
  'AbortIncompleteMultipartUpload',
];
const FILTERS = ['Prefix', 'Tag', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'];

function read(rule: XmlElement, newId: () => string): LifecycleRule {
  only(rule, 'a lifecycle Rule', ELEMENTS);
  const status = textOf(rule, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw malformedXml();
  const expiration = only(asElement(rule.Expiration), 'Expiration', ['Days', 'Date', 'ExpiredObjectDeleteMarker']);
  const noncurrent = only(asElement(rule.NoncurrentVersionExpiration), 'NoncurrentVersionExpiration', [
    'NoncurrentDays',
    'NewerNoncurrentVersions',
  ]);
  const abort = only(asElement(rule.AbortIncompleteMultipartUpload), 'AbortIncompleteMultipartUpload', [
    'DaysAfterInitiation',
  ]);
  const noncurrentDays = numberOf(noncurrent, 'NoncurrentDays');
  return {
    id: textOf(rule, 'ID') ?? newId(),
    enabled: status === 'Enabled',
    filter: readFilter(rule),
    ...named('expirationDays', numberOf(expiration, 'Days')),
    ...named('expirationDate', dateOf(expiration)),
    ...(textOf(expiration, 'ExpiredObjectDeleteMarker') === 'true' && { expiresDeleteMarkers: true }),
    ...(noncurrentDays !== undefined && {
      noncurrentExpiration: {
        days: noncurrentDays,
        ...named('keep', numberOf(noncurrent, 'NewerNoncurrentVersions')),
      },
    }),
    ...named('abortMultipartAfterDays', numberOf(abort, 'DaysAfterInitiation')),
  };
}

/** One condition, or several in `And`; older clients write a bare `Prefix`. */
function readFilter(rule: XmlElement): LifecycleFilter {
  const filter = only(asElement(rule.Filter), 'Filter', [...FILTERS, 'And']);
  const conditions = 'And' in filter ? only(asElement(filter.And), 'And', FILTERS) : filter;
  return {
    prefix: textOf(rule, 'Prefix') ?? textOf(conditions, 'Prefix') ?? '',
    tags: Object.fromEntries(
      allOf(conditions, 'Tag').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '']),
    ),
    ...named('greaterThan', numberOf(conditions, 'ObjectSizeGreaterThan')),
    ...named('lessThan', numberOf(conditions, 'ObjectSizeLessThan')),
  };
}

function write(rule: LifecycleRule): XmlValue {
  const { filter, noncurrentExpiration } = rule;
  const tags = Object.entries(filter.tags).map(([Key, Value]) => ({ Key, Value }));
  const conditions = {
    ...((filter.prefix !== '' || tags.length === 0) && { Prefix: filter.prefix }),
    ...(tags.length > 0 && { Tag: tags }),
    ...named('ObjectSizeGreaterThan', filter.greaterThan),
    ...named('ObjectSizeLessThan', filter.lessThan),
  };
  const several = Object.keys(conditions).length > 1 || tags.length > 1;
  const expiration = {
    ...named('Days', rule.expirationDays),
    ...named('Date', rule.expirationDate),
    ...named('ExpiredObjectDeleteMarker', rule.expiresDeleteMarkers),
  };
  return {
    ID: rule.id,
    Filter: several ? { And: conditions } : conditions,
    Status: rule.enabled ? 'Enabled' : 'Disabled',
    ...(Object.keys(expiration).length > 0 && { Expiration: expiration }),
    ...(noncurrentExpiration && {
      NoncurrentVersionExpiration: {
        NoncurrentDays: noncurrentExpiration.days,
        ...named('NewerNoncurrentVersions', noncurrentExpiration.keep),
      },
    }),
    ...(rule.abortMultipartAfterDays !== undefined && {
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: rule.abortMultipartAfterDays },
    }),
  };
}

/** A member, unless it is undefined. */
function named<Name extends string, T>(name: Name, value: T | undefined): { [N in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [N in Name]?: T });
}

function numberOf(element: XmlElement, name: string): number | undefined {
  const text = textOf(element, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text.trim())) throw malformedXml();
  return Number(text);
}

function dateOf(expiration: XmlElement): string | undefined {
  const text = textOf(expiration, 'Date');
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw malformedXml();
  return date.toISOString();
}
