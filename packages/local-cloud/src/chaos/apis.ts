import { AwsError } from '../core/aws-error.ts';
import type { Api } from '../wire/messages.ts';
import type { Acting } from './act.ts';
import { faultsOf } from './faults.ts';

/** One call in so many of those that fail has had its effect: only the answer is lost. */
const ANSWER_LOST_OF = 4;

/**
 * A service that fails now and then towards every client, as AWS documents it, and as clients are to try again. Most calls fail before
 * they had any effect; some after it, which no error of AWS's rules out and a client cannot tell from the others.
 */
export function chaoticApi(acting: Acting, api: Api): Api {
  const random = acting.random.branch(`api/${api.signingName}`);
  const { refusals, lost } = faultsOf(api.signingName);
  return {
    ...api,
    handle: async (request) => {
      // A browser's question beforehand has no answer that says "try again".
      if (request.method === 'OPTIONS' || !acting.strikes(random)) return api.handle(request);
      const where = api.signingName;
      if (random.next() * ANSWER_LOST_OF < 1) {
        await api.handle(request);
        acting.tell({ act: 'answer-lost', where, code: lost.code });
        throw asError(lost);
      }
      const fault = refusals[Math.floor(random.next() * refusals.length)] ?? lost;
      acting.tell({ act: 'call-refused', where, code: fault.code });
      throw asError(fault);
    },
  };
}

function asError({ code, message, status }: { code: string; message: string; status: number }): AwsError {
  return new AwsError(code, message, status);
}
