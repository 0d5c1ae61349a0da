import { AwsError } from '../../core/aws-error.ts';

/** A function as a caller names it. `qualifier`: a version, an alias, `$LATEST`, or absent, which is `$LATEST` too. */
export type FunctionReference = { functionName: string; qualifier?: string };

const NAME = /^[A-Za-z0-9-_]{1,64}$/;
const QUALIFIER = /^(\$LATEST|[A-Za-z0-9-_]{1,128})$/;

/** Reads a name, a partial ARN (`account:function:name`) or an ARN, each with or without `:qualifier`. */
export function readReference(text: string, qualifier?: string): FunctionReference {
  const rest = /^(?:arn:aws:lambda:[a-z0-9-]+:\d{12}:function:|\d{12}:function:|function:)?(.+)$/.exec(text)?.[1] ?? '';
  const [name = '', own, ...more] = rest.split(':');
  const wanted = qualifier ?? own;
  if (!NAME.test(name) || more.length > 0 || (wanted !== undefined && !QUALIFIER.test(wanted))) {
    throw new AwsError('ValidationException', `${text} names no function: expected a name, or the ARN of one.`);
  }
  if (qualifier !== undefined && own !== undefined && own !== qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      `The derived qualifier from the function name does not match the specified qualifier: ${own}, ${qualifier}.`,
    );
  }
  return { functionName: name, ...(wanted !== undefined && { qualifier: wanted }) };
}

export function qualifiedArn(functionArn: string, qualifier: string | undefined): string {
  return qualifier === undefined ? functionArn : `${functionArn}:${qualifier}`;
}
