/** The API has answered, and not as hoped. `code` is of a problem document (RFC 9457); the HTTP API itself gives none. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string | undefined;
  /** Seconds, where the answer names them. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string | undefined, detail: string, retryAfter?: number) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** No answer has come: the connection is lost, or the server is. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

/** There is no valid session: the user has to sign in. */
export class SignedOut extends Error {
  override name = 'SignedOut';
}

/** Throttled, or something behind the API does not answer: worth another try. */
export const isTemporary = (error: unknown): boolean =>
  error instanceof Unreachable ||
  (error instanceof ApiProblem && (error.status === 429 || error.status === 408 || error.status >= 500));

/** Reads an error response of our functions, of the HTTP API, or of a proxy between. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text().catch(() => '');
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  try {
    const { code, detail, message } = JSON.parse(text) as Record<string, unknown>;
    const words = [detail, message].find((value) => typeof value === 'string') ?? response.statusText;
    return new ApiProblem(response.status, typeof code === 'string' ? code : undefined, words, retryAfter);
  } catch {
    return new ApiProblem(response.status, undefined, response.statusText, retryAfter);
  }
}
