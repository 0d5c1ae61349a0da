/** The variables of an access log's format that are implemented, without `$context.`. */
export const logVariables = [
  'accountId',
  'apiId',
  'authorizer.error',
  'domainName',
  'error.message',
  'extendedRequestId',
  'httpMethod',
  'identity.sourceIp',
  'identity.userAgent',
  'integrationErrorMessage',
  'integrationLatency',
  'integrationStatus',
  'path',
  'protocol',
  'requestId',
  'requestTime',
  'requestTimeEpoch',
  'responseLatency',
  'responseLength',
  'routeKey',
  'stage',
  'status',
] as const;

export type LogValues = Readonly<Partial<Record<(typeof logVariables)[number], string | number>>>;

const variable = /\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g;

/** What is wrong with a format; undefined if nothing is. API Gateway asks for one line that tells requests apart. */
export function formatProblem(format: string): string | undefined {
  if (/[\r\n]/.test(format)) return 'must be one line';
  const named = [...format.matchAll(variable)].map(([, name = '']) => name);
  if (!named.includes('requestId') && !named.includes('extendedRequestId')) {
    return 'must contain $context.requestId or $context.extendedRequestId';
  }
  const unknown = named.filter((name) => !(logVariables as readonly string[]).includes(name));
  if (unknown.length === 0) return undefined;
  return `the local cloud does not implement $context.${unknown.join(', $context.')}`;
}

/** A line of the log; a variable without a value is `-`. Quotes and control characters of a value are escaped, as within JSON. */
export function logLine(format: string, values: LogValues): string {
  return format.replace(variable, (_, name: string) => {
    const value = (values as Readonly<Record<string, string | number | undefined>>)[name];
    return value === undefined || value === '' ? '-' : JSON.stringify(String(value)).slice(1, -1);
  });
}
