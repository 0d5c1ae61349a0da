import { z } from 'zod';
import { readReference } from '../../services/lambda/arns.ts';
import type { Lambda } from '../../services/lambda/lambda.ts';
import { physicalName } from '../physical-name.ts';
import { integer, text } from '../properties.ts';
import type { Provider } from '../provider.ts';

const destination = z.strictObject({ Destination: text }).optional();
const schema = z.strictObject({
  FunctionName: text,
  Qualifier: text,
  DestinationConfig: z.strictObject({ OnSuccess: destination, OnFailure: destination }).optional(),
  MaximumEventAgeInSeconds: integer.pipe(z.int().min(60).max(21_600)).optional(),
  MaximumRetryAttempts: integer.pipe(z.int().min(0).max(2)).optional(),
});
type Properties = z.output<typeof schema>;

export function lambdaEventInvokeConfig(lambda: Lambda): Provider<Properties> {
  const configure = (properties: Properties): void => {
    const { DestinationConfig: { OnSuccess, OnFailure } = {} } = properties;
    const { MaximumEventAgeInSeconds: age, MaximumRetryAttempts: retries } = properties;
    lambda.configureEventInvoke(readReference(properties.FunctionName, properties.Qualifier), {
      ...(OnSuccess && { onSuccess: OnSuccess.Destination }),
      ...(OnFailure && { onFailure: OnFailure.Destination }),
      ...(age !== undefined && { maximumEventAgeSeconds: age }),
      ...(retries !== undefined && { maximumRetryAttempts: retries }),
    });
  };

  return {
    type: 'AWS::Lambda::EventInvokeConfig',
    schema,
    replacedBy: ['FunctionName', 'Qualifier'],
    create: async ({ logicalId, properties, stack }) => {
      configure(properties);
      return { ref: physicalName(stack, logicalId), attributes: {} };
    },
    update: async ({ ref, properties }) => {
      configure(properties);
      return { ref, attributes: {} };
    },
    delete: async ({ properties }) => {
      const target = readReference(properties.FunctionName, properties.Qualifier);
      if (lambda.functions.exists(target.functionName)) lambda.configureEventInvoke(target, undefined);
    },
  };
}
