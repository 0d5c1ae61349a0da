import { z } from 'zod';
import type { Lambda } from '../../services/lambda/lambda.ts';
import { physicalName } from '../physical-name.ts';
import { text } from '../properties.ts';
import type { Provider } from '../provider.ts';
import { neverUpdated } from './never-updated.ts';
import { artifact } from './artifact.ts';

const schema = z.strictObject({
  LayerName: text.optional(),
  Content: artifact,
  Description: text.optional(),
  CompatibleRuntimes: z.array(text).optional(),
  CompatibleArchitectures: z.array(z.enum(['x86_64', 'arm64'])).optional(),
  LicenseInfo: text.optional(),
});
type Properties = z.output<typeof schema>;

export function lambdaLayerVersion(lambda: Lambda): Provider<Properties> {
  return {
    type: 'AWS::Lambda::LayerVersion',
    schema,
    replacedBy: Object.keys(schema.shape),
    create: async ({ logicalId, properties, stack }) => {
      const { arn } = lambda.layers.publish({
        name: properties.LayerName ?? physicalName(stack, logicalId, { maxLength: 140 }),
        description: properties.Description ?? '',
        content: properties.Content,
        compatibleRuntimes: properties.CompatibleRuntimes ?? [],
        compatibleArchitectures: properties.CompatibleArchitectures ?? [],
        ...(properties.LicenseInfo !== undefined && { licenseInfo: properties.LicenseInfo }),
      });
      return { ref: arn, attributes: { LayerVersionArn: arn } };
    },
    update: neverUpdated,
    delete: async ({ ref }) => lambda.layers.delete(ref),
  };
}
