/** What can be wrong with a request, for programs; docs/api.yaml lists them. */
export type ProblemCode =
  | 'invalid-request'
  | 'invalid-cursor'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'too-large'
  | 'unsupported-type'
  | 'internal'
  | 'unavailable';

const statuses: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  'invalid-request': [400, 'Bad Request'],
  'invalid-cursor': [400, 'Bad Request'],
  unauthorized: [401, 'Unauthorized'],
  forbidden: [403, 'Forbidden'],
  'not-found': [404, 'Not Found'],
  'method-not-allowed': [405, 'Method Not Allowed'],
  'too-large': [413, 'Content Too Large'],
  'unsupported-type': [415, 'Unsupported Media Type'],
  internal: [500, 'Internal Server Error'],
  unavailable: [503, 'Service Unavailable'],
};

/** A response that is not a success. Its message is a sentence for people. It never repeats a secret, and it quotes all input. */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;

  constructor(code: ProblemCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }

  get status(): number {
    return statuses[this.code][0];
  }

  /** As RFC 9457 has it. The type is `about:blank`: the status says what kind of problem it is, and `code` which one. */
  document(requestId?: string): Readonly<Record<string, string | number>> {
    const [status, title] = statuses[this.code];
    return {
      type: 'about:blank',
      title,
      status,
      detail: this.message,
      code: this.code,
      ...(requestId !== undefined && { requestId }),
    };
  }
}
