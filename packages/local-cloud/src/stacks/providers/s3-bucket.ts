import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { checkCorsRules } from '../../services/s3/cors-rules.ts';
import { checkRules } from '../../services/s3/lifecycle-rules.ts';
import type { BucketSettings } from '../../services/s3/model.ts';
import type { S3 } from '../../services/s3/api/types.ts';
import { physicalName } from '../physical-name.ts';
import { flag, text } from '../properties.ts';
import type { Made, Provider, StackContext } from '../provider.ts';
import { corsConfiguration, toCors } from './s3-cors-configuration.ts';
import { lifecycleConfiguration, toLifecycle } from './s3-lifecycle-configuration.ts';
import { notificationConfiguration, toNotifications } from './s3-notification-configuration.ts';
import { tags, toTags } from './tags.ts';

const schema = z.strictObject({
  BucketName: text.optional(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  NotificationConfiguration: notificationConfiguration.optional(),
  LifecycleConfiguration: lifecycleConfiguration.optional(),
  CorsConfiguration: corsConfiguration.optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicAcls: flag.default(false),
      IgnorePublicAcls: flag.default(false),
      BlockPublicPolicy: flag.default(false),
      RestrictPublicBuckets: flag.default(false),
    })
    .optional(),
  // With the owner enforced, as it is for all new buckets, there are no ACLs.
  OwnershipControls: z
    .strictObject({ Rules: z.tuple([z.strictObject({ ObjectOwnership: z.literal('BucketOwnerEnforced') })]) })
    .optional(),
  // Every object on S3 is encrypted with AES-256. The API says so here, too; the files on this machine are as they came.
  BucketEncryption: z
    .strictObject({
      ServerSideEncryptionConfiguration: z.tuple([
        z.strictObject({
          ServerSideEncryptionByDefault: z.strictObject({ SSEAlgorithm: z.literal('AES256') }).optional(),
          BucketKeyEnabled: flag.optional(),
        }),
      ]),
    })
    .optional(),
  Tags: tags.optional(),
});
type Properties = z.output<typeof schema>;

export function s3Bucket(s3: S3): Provider<Properties> {
  const made = (name: string, { region }: StackContext): Made => ({
    ref: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
    },
  });
  return {
    type: 'AWS::S3::Bucket',
    schema,
    replacedBy: ['BucketName'],
    namedBy: 'BucketName',
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.BucketName ?? physicalName(stack, logicalId, { maxLength: 63, lowerCase: true });
      const { NotificationConfiguration: configuration } = properties;
      await s3.createBucket(name, {
        ...definedOf(settingsOf(properties)),
        ...(configuration && { notifications: toNotifications(configuration, stack.random) }),
      });
      return made(name, stack);
    },
    update: async ({ ref, before, properties, stack }) => {
      // S3 tests the destinations each time it is told of them: only what changed is told.
      const { NotificationConfiguration: configuration } = properties;
      if (!isDeepStrictEqual(before.NotificationConfiguration, configuration)) {
        await s3.configureNotifications(ref, toNotifications(configuration ?? {}, stack.random));
      }
      const settings = settingsOf(properties);
      // Versioning that was once enabled can only be suspended.
      if (before.VersioningConfiguration && !settings.versioning) settings.versioning = 'Suspended';
      s3.buckets.set(ref, settings);
      return made(ref, stack);
    },
    delete: async ({ ref }) => s3.deleteBucket(ref),
  };
}

type Settings = {
  [Name in keyof Omit<BucketSettings, 'notifications' | 'policy'>]-?: BucketSettings[Name] | undefined;
};

/** All settings that the properties decide; undefined where a property is absent, so that an update takes them away. */
function settingsOf(properties: Properties): Settings {
  const lifecycle = properties.LifecycleConfiguration && toLifecycle(properties.LifecycleConfiguration);
  if (lifecycle !== undefined) checkRules(lifecycle);
  const cors = properties.CorsConfiguration && toCors(properties.CorsConfiguration);
  if (cors !== undefined) checkCorsRules(cors);
  return {
    versioning: properties.VersioningConfiguration?.Status,
    lifecycle,
    cors,
    publicAccessBlock: properties.PublicAccessBlockConfiguration,
    bucketKeyEnabled: properties.BucketEncryption?.ServerSideEncryptionConfiguration[0].BucketKeyEnabled,
    tags: properties.Tags && toTags(properties.Tags),
  };
}

function definedOf(settings: Settings): BucketSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
