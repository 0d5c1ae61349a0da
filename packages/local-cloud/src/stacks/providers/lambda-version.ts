import { z } from 'zod';
import { AwsError } from '../../core/aws-error.ts';
import { qualifiedArn, readReference } from '../../services/lambda/arns.ts';
import type { Lambda } from '../../services/lambda/lambda.ts';
import { text } from '../properties.ts';
import type { Provider } from '../provider.ts';
import { neverUpdated } from './never-updated.ts';

const schema = z.strictObject({ FunctionName: text, Description: text.optional() });
type Properties = z.output<typeof schema>;

export function lambdaVersion(lambda: Lambda): Provider<Properties> {
  return {
    type: 'AWS::Lambda::Version',
    schema,
    replacedBy: ['FunctionName', 'Description'],
    create: async ({ properties }) => {
      const { functionName } = readReference(properties.FunctionName);
      const { configuration, fresh } = lambda.functions.publish(functionName, properties.Description);
      const { version, functionArn } = configuration;
      if (!fresh) {
        throw new AwsError(
          'ResourceConflictException',
          `A version for this Lambda function exists ( ${version} ). Modify the function to create a new version.`,
          409,
        );
      }
      const arn = qualifiedArn(functionArn, version);
      return { ref: arn, attributes: { Version: version, FunctionArn: arn } };
    },
    update: neverUpdated,
    delete: async ({ ref }) => {
      const { functionName, qualifier = '' } = readReference(ref);
      // With its function a version is gone already.
      if (lambda.functions.exists(functionName)) lambda.deleteVersion(functionName, qualifier);
    },
  };
}
