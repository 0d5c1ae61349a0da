/** An error as AWS answers it: code and status reach the client, in the shape of its protocol; the message is for the person. */
export class AwsError extends Error {
  override name = 'AwsError';
  readonly code: string;
  readonly status: number;
  /** Further members of the error, where the service has them (S3: `Key`, `BucketName`). */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, message: string, status = 400, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** The answer to whatever AWS has and this cloud has not: never silence. */
export function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', `The local cloud does not implement ${what}. On AWS it may work.`, 501);
}
