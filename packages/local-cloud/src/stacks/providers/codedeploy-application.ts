import { z } from 'zod';
import type { Codedeploy } from '../../services/codedeploy/codedeploy.ts';
import { physicalName } from '../physical-name.ts';
import { text } from '../properties.ts';
import type { Provider } from '../provider.ts';
import { neverUpdated } from './never-updated.ts';

// Without a platform it would be one for servers.
const schema = z.strictObject({ ApplicationName: text.optional(), ComputePlatform: z.literal('Lambda') });
type Properties = z.output<typeof schema>;

export function codedeployApplication({ groups, deleteApplication }: Codedeploy): Provider<Properties> {
  return {
    type: 'AWS::CodeDeploy::Application',
    schema,
    replacedBy: Object.keys(schema.shape),
    namedBy: 'ApplicationName',
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.ApplicationName ?? physicalName(stack, logicalId, { maxLength: 100 });
      groups.createApplication(name);
      return { ref: name, attributes: {} };
    },
    update: neverUpdated,
    delete: async ({ ref }) => deleteApplication(ref),
  };
}
