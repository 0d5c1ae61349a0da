import { z } from 'zod';
import { readReference } from '../../services/lambda/arns.ts';
import type { Lambda } from '../../services/lambda/lambda.ts';
import { physicalName } from '../physical-name.ts';
import { text } from '../properties.ts';
import type { Provider } from '../provider.ts';
import { neverUpdated } from './never-updated.ts';

const schema = z.strictObject({
  Action: text,
  FunctionName: text,
  Principal: text,
  SourceArn: text.optional(),
  SourceAccount: text.optional(),
});
type Properties = z.output<typeof schema>;

export function lambdaPermission({ functions, permissions }: Lambda): Provider<Properties> {
  return {
    type: 'AWS::Lambda::Permission',
    schema,
    replacedBy: Object.keys(schema.shape),
    create: async ({ logicalId, properties, stack }) => {
      const statementId = physicalName(stack, logicalId, { maxLength: 100 });
      permissions.add({
        ...readReference(properties.FunctionName),
        statementId,
        action: properties.Action,
        principal: properties.Principal,
        ...(properties.SourceArn !== undefined && { sourceArn: properties.SourceArn }),
        ...(properties.SourceAccount !== undefined && { sourceAccount: properties.SourceAccount }),
      });
      return { ref: statementId, attributes: { Id: statementId } };
    },
    update: neverUpdated,
    delete: async ({ ref, properties }) => {
      const { functionName, qualifier } = readReference(properties.FunctionName);
      if (functions.exists(functionName)) permissions.remove(functionName, qualifier, ref);
    },
  };
}
