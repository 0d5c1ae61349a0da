import { z } from 'zod';
import type { FunctionSpec } from '../../services/lambda/configuration.ts';
import type { Lambda } from '../../services/lambda/lambda.ts';
import { physicalName } from '../physical-name.ts';
import { integer, text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';
import { artifact } from './artifact.ts';
import { tags, toTags } from './tags.ts';

const level = z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']);
const schema = z.strictObject({
  FunctionName: text.optional(),
  Description: text.optional(),
  Code: artifact,
  PackageType: z.literal('Zip').optional(),
  Handler: text,
  Runtime: text,
  Role: text,
  Architectures: z.tuple([z.enum(['x86_64', 'arm64'])]).optional(),
  MemorySize: integer.optional(),
  Timeout: integer.optional(),
  // /tmp is this machine's, and as large as that.
  EphemeralStorage: z.strictObject({ Size: integer }).optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), text).optional() }).optional(),
  Layers: z.array(text).optional(),
  TracingConfig: z.strictObject({ Mode: z.enum(['Active', 'PassThrough']) }).optional(),
  LoggingConfig: z
    .strictObject({
      LogFormat: z.enum(['Text', 'JSON']).optional(),
      ApplicationLogLevel: level.optional(),
      SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).optional(),
      LogGroup: text.optional(),
    })
    .optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: text.optional() }).optional(),
  ReservedConcurrentExecutions: integer.optional(),
  Tags: tags.optional(),
});
type Properties = z.output<typeof schema>;

export function lambdaFunction(lambda: Lambda): Provider<Properties> {
  const made = (name: string): Made => ({ ref: name, attributes: { Arn: lambda.functions.arnOf(name) } });

  return {
    type: 'AWS::Lambda::Function',
    schema,
    replacedBy: ['FunctionName', 'PackageType'],
    namedBy: 'FunctionName',
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.FunctionName ?? physicalName(stack, logicalId, { maxLength: 64 });
      lambda.createFunction(spec(name, properties, lambda));
      try {
        lambda.reserveConcurrency(name, properties.ReservedConcurrentExecutions);
      } catch (error) {
        lambda.deleteFunction(name);
        throw error;
      }
      lambda.functions.tag(name, toTags(properties.Tags));
      return made(name);
    },
    update: async ({ ref, properties }) => {
      lambda.updateFunction(spec(ref, properties, lambda));
      lambda.reserveConcurrency(ref, properties.ReservedConcurrentExecutions);
      lambda.functions.tag(ref, toTags(properties.Tags));
      return made(ref);
    },
    delete: async ({ ref }) => lambda.deleteFunction(ref),
  };
}

function spec(functionName: string, properties: Properties, lambda: Lambda): FunctionSpec {
  const { LoggingConfig: logging = {}, DeadLetterConfig: deadLetters = {} } = properties;
  const format = logging.LogFormat ?? 'Text';
  const [architecture] = properties.Architectures ?? (['x86_64'] as const);
  return {
    functionName,
    description: properties.Description ?? '',
    roleArn: properties.Role,
    runtime: properties.Runtime,
    handler: properties.Handler,
    architecture,
    memoryMb: properties.MemorySize ?? 128,
    timeoutSeconds: properties.Timeout ?? 3,
    ephemeralStorageMb: properties.EphemeralStorage?.Size ?? 512,
    variables: properties.Environment?.Variables ?? {},
    layers: lambda.layers.refer(properties.Layers ?? []),
    tracing: properties.TracingConfig?.Mode ?? 'PassThrough',
    logging: {
      format,
      applicationLevel: logging.ApplicationLogLevel ?? 'INFO',
      systemLevel: logging.SystemLogLevel ?? 'INFO',
      group: logging.LogGroup ?? `/aws/lambda/${functionName}`,
    },
    ...(deadLetters.TargetArn !== undefined && { deadLetterArn: deadLetters.TargetArn }),
    code: properties.Code,
  };
}
