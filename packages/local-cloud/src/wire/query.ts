import { AwsError, notImplemented } from '../core/aws-error.ts';
import type { Api, WireRequest, WireResponse } from './messages.ts';
import { document, type XmlValue } from './xml.ts';

/** Parameters of a query request, nested: `A.member.1=x` is `{ A: ['x'] }`, `M.entry.1.key=k&M.entry.1.value=v` is `{ M: [{ key, value }] }`. */
export type QueryInput = { [name: string]: QueryValue };
export type QueryValue = string | QueryValue[] | QueryInput;

export type QueryOperation = (input: QueryInput, request: WireRequest) => Promise<XmlValue> | XmlValue;

/**
 * The operations whose answers have no members by AWS's models, of each service that speaks the query protocol. Theirs has no
 * `<…Result>`; every other answer has one, an empty one too: clients read the members there, and some fail where it is missing.
 */
const withoutResult: Readonly<Record<string, ReadonlySet<string>>> = {
  cloudformation: new Set(['DeleteStack']),
  monitoring: new Set([
    'DeleteAlarms',
    'DisableAlarmActions',
    'EnableAlarmActions',
    'PutMetricAlarm',
    'PutMetricData',
    'SetAlarmState',
  ]),
  sns: new Set(['DeleteTopic', 'SetSubscriptionAttributes', 'SetTopicAttributes', 'Unsubscribe']),
  sqs: new Set([
    'ChangeMessageVisibility',
    'DeleteMessage',
    'DeleteQueue',
    'PurgeQueue',
    'SetQueueAttributes',
    'TagQueue',
    'UntagQueue',
  ]),
};

/** The AWS query protocol: form-encoded parameters, an XML answer. */
export function awsQuery(
  signingName: string,
  namespace: string,
  operations: Readonly<Record<string, QueryOperation>>,
): Api {
  return {
    signingName,
    answerError: (error, { requestId }) => queryError(error, namespace, requestId),
    handle: async (request) => {
      try {
        const parameters = new URLSearchParams(request.body.length > 0 ? request.body.toString('utf8') : request.query);
        const action = parameters.get('Action') ?? '';
        const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
        if (operation === undefined) throw notImplemented(`${signingName}:${action || '(no Action parameter)'}`);
        const result = await operation(readQuery(parameters), request);
        const hasResult = withoutResult[signingName]?.has(action) !== true;
        return answer(200, `${action}Response`, namespace, {
          ...(hasResult && { [`${action}Result`]: result ?? {} }),
          ResponseMetadata: { RequestId: request.requestId },
        });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return queryError(error, namespace, request.requestId);
      }
    },
  };
}

function answer(status: number, root: string, namespace: string, value: XmlValue): WireResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body: document(root, value, namespace) };
}

export function queryError(error: AwsError, namespace: string, requestId: string): WireResponse {
  return answer(error.status, 'ErrorResponse', namespace, {
    Error: { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message },
    RequestId: requestId,
  });
}

/** Nests the dotted names of a query request; `member` and `entry` levels, and numbers, become lists. Throws AwsError MalformedQueryString. */
export function readQuery(parameters: URLSearchParams): QueryInput {
  // Without a prototype: a parameter may be called anything, `__proto__` too.
  const empty = (): QueryInput => Object.create(null) as QueryInput;
  const root = empty();
  for (const [name, value] of parameters) {
    if (name === 'Action' || name === 'Version') continue;
    const path = name.split('.');
    let at = root;
    for (const [index, part] of path.entries()) {
      if (index === path.length - 1) at[part] = value;
      else {
        const inner = (at[part] ??= empty());
        if (typeof inner === 'string')
          throw new AwsError('MalformedQueryString', `${name} is both text and structure.`);
        at = inner as QueryInput;
      }
    }
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, listed(value)]));
}

function listed(value: QueryValue): QueryValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const names = Object.keys(value);
  const [only] = names;
  const inner = names.length === 1 && (only === 'member' || only === 'entry') ? value[only] : undefined;
  if (inner !== undefined && typeof inner !== 'string') return listed(inner);
  if (names.every((name) => /^\d+$/.test(name))) {
    return names.sort((a, b) => Number(a) - Number(b)).map((name) => listed(value[name] as QueryValue));
  }
  return Object.fromEntries(names.map((name) => [name, listed(value[name] as QueryValue)]));
}
