import { AwsError } from '../../core/aws-error.ts';

export function invalidPattern(pattern: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid filter pattern: ${pattern}`);
}

/** `%…%`: letters, digits, some symbols and operators, but no groups and nothing beyond ASCII. Throws AwsError InvalidParameterException. */
export function regularExpression(text: string, pattern: string): RegExp {
  const source = text.slice(1, -1);
  if (!/^%.+%$/s.test(text) || !/^[\w\s:#=@/;,\-^$?[\]{}|\\*+.]+$/.test(source)) throw invalidPattern(pattern);
  try {
    return new RegExp(source);
  } catch {
    throw invalidPattern(pattern);
  }
}
