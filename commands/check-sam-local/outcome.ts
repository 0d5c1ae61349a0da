import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** How an invocation ended: the name of the error that the function threw, or what kind of answer it gave. */
export async function outcomeOf(lambda: LambdaClient, functionName: string, event: string): Promise<string> {
  const { FunctionError: failed, Payload: payload } = await lambda.send(
    new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(event) }),
  );
  return describeOutcome(failed !== undefined, Buffer.from(payload ?? []).toString('utf8'));
}

/** What must be the same wherever an event is handled; what an answer says (ids, times, counts) may differ. */
export function describeOutcome(failed: boolean, payload: string): string {
  const answer = (payload === '' ? null : JSON.parse(payload)) as unknown;
  if (failed) return `throws ${(answer as { errorType?: string }).errorType ?? 'an error without a name'}`;
  if (typeof answer !== 'object' || answer === null) return `answers ${String(answer)}`;
  return `answers ${Array.isArray(answer) ? 'a list' : `{ ${Object.keys(answer).sort().join(', ')} }`}`;
}
