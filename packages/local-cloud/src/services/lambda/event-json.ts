import { AwsError } from '../../core/aws-error.ts';

/** Throws AwsError InvalidRequestContentException for an event that is no JSON. */
export function checkJson(event: string): void {
  try {
    JSON.parse(event);
  } catch (error) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${String(error)}`);
  }
}
