import { z } from 'zod';
import { qualifiedArn, readReference } from '../../services/lambda/arns.ts';
import type { Alias } from '../../services/lambda/configuration.ts';
import type { Lambda } from '../../services/lambda/lambda.ts';
import { text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';

const weight = z.union([z.number(), text.transform(Number)]).pipe(z.number().min(0).max(1));
const schema = z.strictObject({
  Name: text,
  FunctionName: text,
  FunctionVersion: text,
  Description: text.optional(),
  RoutingConfig: z
    .strictObject({
      AdditionalVersionWeights: z.array(z.strictObject({ FunctionVersion: text, FunctionWeight: weight })).optional(),
    })
    .optional(),
});
type Properties = z.output<typeof schema>;

export function lambdaAlias({ functions, moveAlias }: Lambda): Provider<Properties> {
  const made = (functionName: string, name: string): Made => {
    const arn = qualifiedArn(functions.arnOf(functionName), name);
    return { ref: arn, attributes: { AliasArn: arn } };
  };

  return {
    type: 'AWS::Lambda::Alias',
    schema,
    replacedBy: ['Name', 'FunctionName'],
    create: async ({ properties }) => {
      const { functionName } = readReference(properties.FunctionName);
      functions.createAlias(functionName, { name: properties.Name, ...target(properties) });
      return made(functionName, properties.Name);
    },
    update: async ({ ref, properties }) => {
      const { functionName, qualifier = '' } = readReference(ref);
      moveAlias(functionName, qualifier, target(properties));
      return made(functionName, qualifier);
    },
    delete: async ({ ref }) => {
      const { functionName, qualifier = '' } = readReference(ref);
      if (functions.exists(functionName)) functions.deleteAlias(functionName, qualifier);
    },
  };
}

function target(properties: Properties): Pick<Alias, 'functionVersion' | 'description' | 'weights'> {
  const others = properties.RoutingConfig?.AdditionalVersionWeights ?? [];
  return {
    functionVersion: properties.FunctionVersion,
    description: properties.Description ?? '',
    weights: Object.fromEntries(others.map(({ FunctionVersion, FunctionWeight }) => [FunctionVersion, FunctionWeight])),
  };
}
