import { AwsError } from '../../core/aws-error.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { UserPool } from './user-pool.ts';

/** How an invocation ended: what the function returned, or its error document; JSON. */
export type TriggerAnswer = { succeeded: boolean; payload: string };

/** Invokes a function synchronously in the name of a user pool. Throws AwsError if the pool may not, or the function is gone. */
export type InvokeTrigger = (call: {
  functionArn: string;
  userPoolArn: string;
  event: object;
}) => Promise<TriggerAnswer>;

/** Cognito waits so long for a trigger, and asks so often: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html */
const TIMEOUT_MS = 5_000;
const TRIES = 3;

export type PreSignUp = {
  triggerSource: 'PreSignUp_SignUp' | 'PreSignUp_AdminCreateUser';
  userName: string;
  clientId: string;
  userAttributes: Readonly<Record<string, string>>;
};

export type Verdict = { autoConfirmUser: boolean; autoVerifyEmail: boolean };

/**
 * Asks the pool's pre sign-up trigger about a new user. Throws AwsError UserLambdaValidationException with the function's own
 * words if it refuses, and UnexpectedLambdaException if it cannot be asked.
 */
export function createPreSignUp({ region, clock }: ServiceContext, invokeTrigger: InvokeTrigger) {
  return async (pool: UserPool, { triggerSource, userName, clientId, userAttributes }: PreSignUp): Promise<Verdict> => {
    const { preSignUpArn: functionArn } = pool;
    if (functionArn === undefined) return { autoConfirmUser: false, autoVerifyEmail: false };
    const event = {
      version: '1',
      region,
      userPoolId: pool.id,
      userName,
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
      triggerSource,
      request: { userAttributes, validationData: null },
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    };
    const ask = async (): Promise<TriggerAnswer | undefined> => {
      const answered = new AbortController();
      try {
        return await Promise.race([
          invokeTrigger({ functionArn, userPoolArn: pool.arn, event }),
          clock.work(TIMEOUT_MS, answered.signal).then(() => undefined),
        ]);
      } finally {
        answered.abort();
      }
    };
    let answer: TriggerAnswer | undefined;
    try {
      for (let tries = 0; answer === undefined && tries < TRIES; tries += 1) answer = await ask();
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      throw unexpected(`PreSignUp invocation failed due to error ${cause.code}: ${cause.message}`);
    }
    if (answer === undefined) throw unexpected('PreSignUp invocation failed due to error TooManyRetries.');
    return read(answer);
  };
}

function read({ succeeded, payload }: TriggerAnswer): Verdict {
  if (!succeeded) {
    const { errorMessage = '' } = JSON.parse(payload) as { errorMessage?: string };
    throw new AwsError('UserLambdaValidationException', `PreSignUp failed with error ${errorMessage}.`);
  }
  const response = responseOf(payload);
  if (response === undefined)
    throw new AwsError('InvalidLambdaResponseException', 'Unrecognizable lambda output: it must be the event.');
  return {
    autoConfirmUser: response['autoConfirmUser'] === true,
    autoVerifyEmail: response['autoVerifyEmail'] === true,
  };
}

function responseOf(payload: string): Readonly<Record<string, unknown>> | undefined {
  const event: unknown = JSON.parse(payload);
  if (typeof event !== 'object' || event === null || !('response' in event)) return undefined;
  const { response } = event;
  return typeof response === 'object' && response !== null ? (response as Record<string, unknown>) : undefined;
}

function unexpected(message: string): AwsError {
  return new AwsError('UnexpectedLambdaException', message);
}
