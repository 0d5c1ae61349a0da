import { AwsError } from '../../core/aws-error.ts';
import { findNode } from '../../runtime/node-binary.ts';
import type { FunctionSpec } from './configuration.ts';

/** Names that a function's own variables may not take: Lambda sets them. */
const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);
const LARGEST_ENVIRONMENT = 4096;

/** What Lambda refuses in a function. Throws AwsError InvalidParameterValueException, or ValidationException for a number out of range. */
export function checkSpec(spec: FunctionSpec): void {
  const { functionName } = spec;
  if (!/^[A-Za-z0-9-_]{1,64}$/.test(functionName)) {
    invalid(`Function name ${functionName}: 1 to 64 letters, digits, hyphens and underscores.`);
  }
  inRange(spec, 'memoryMb', 128, 10_240, 'MB of memory');
  inRange(spec, 'timeoutSeconds', 1, 900, 'seconds of timeout');
  inRange(spec, 'ephemeralStorageMb', 512, 10_240, 'MB of ephemeral storage');
  if (spec.layers.length > 5)
    invalid(`Function ${functionName} has ${String(spec.layers.length)} layers; at most 5 are possible.`);

  const names = Object.keys(spec.variables);
  const reserved = names.filter((name) => RESERVED.has(name));
  if (reserved.length > 0) {
    invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const malformed = names.find((name) => !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name));
  if (malformed !== undefined) {
    invalid(
      `Function ${functionName}: ${malformed} is no name for an environment variable (a letter, then letters, digits and _; at least two characters).`,
    );
  }
  const size = Buffer.byteLength(JSON.stringify(spec.variables));
  if (size > LARGEST_ENVIRONMENT) {
    invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. Function ${functionName} has ${String(size)} bytes.`,
    );
  }
  try {
    findNode(spec.runtime);
  } catch (error) {
    invalid(`Function ${functionName}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function inRange(
  spec: FunctionSpec,
  name: 'memoryMb' | 'timeoutSeconds' | 'ephemeralStorageMb',
  least: number,
  most: number,
  what: string,
): void {
  const value = spec[name];
  if (value >= least && value <= most) return;
  throw new AwsError(
    'ValidationException',
    `Function ${spec.functionName} has ${String(value)} ${what}: it must be from ${String(least)} to ${String(most)}.`,
  );
}

function invalid(message: string): never {
  throw new AwsError('InvalidParameterValueException', message);
}
