import { AwsError } from '../../core/aws-error.ts';

/** An error that S3 answers with headers of its own (`x-amz-delete-marker`, `Allow`, …). */
export class S3Error extends AwsError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    message: string,
    status: number,
    { headers = {}, ...details }: { headers?: Readonly<Record<string, string>> } & Record<string, unknown> = {},
  ) {
    super(code, message, status, details as Record<string, string>);
    this.headers = headers;
  }
}

export function invalidArgument(message: string, name: string, value: string): AwsError {
  return new AwsError('InvalidArgument', message, 400, { ArgumentName: name, ArgumentValue: value });
}

export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequest', message);
}
