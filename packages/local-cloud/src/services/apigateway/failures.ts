/** An answer of the HTTP API itself, in the bodies that it has on AWS. */
export class GatewayFailure extends Error {
  override name = 'GatewayFailure';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What an access log may tell of the cause. */
  readonly reasons: { authorizer?: string; integration?: string };

  constructor(
    status: number,
    { headers = {}, ...reasons }: { headers?: Record<string, string>; authorizer?: string; integration?: string } = {},
  ) {
    super(messages[status] ?? 'Internal Server Error');
    this.status = status;
    this.headers = headers;
    this.reasons = reasons;
  }
}

const messages: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  // AWS has no such answer: there every name that leads to an API is its own.
  421: 'The local cloud answers here to 127.0.0.1 and localhost only, so that no web page can pass for it.',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
