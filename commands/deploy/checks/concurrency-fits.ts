import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Check } from './check.ts';
import type { DeployedStack } from '../deployed-stack.ts';
import { valueOf } from '../parameters.ts';
import { readTemplate, stageValue } from '../template.ts';

/** Executions that Lambda keeps for functions without a reservation; an account with fewer keeps them all. */
const LEAST_UNRESERVED = 100;
/** The least maximum that an SQS trigger takes. */
const LEAST_MAXIMUM = 2;

const MORE =
  'To have more, request a higher quota (it may take a day): aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000';

/**
 * RenditionsConcurrency, ReservedConcurrency and the account's limit must fit each other. Lambda refuses a reservation that leaves too
 * little, in the middle of the deployment. A queue that may take every execution is throttled instead: each throttled batch spends one of a
 * message's five receives, and a burst of uploads ends in the dead-letter queue.
 */
export const concurrencyFits: Check = async ({ stage, parameters, stack, aws: { lambda } }) => {
  const template = readTemplate();
  const { AccountLimit: limits } = await lambda.send(new GetAccountSettingsCommand({}));
  const limit = limits?.ConcurrentExecutions ?? 0;
  const reservedNow = limit - (limits?.UnreservedConcurrentExecutions ?? limit);
  const byOthers = reservedNow - (await ownReservations(lambda, stack));

  const perFunction = Number(valueOf('ReservedConcurrency', parameters, stack) || 0);
  const given = valueOf('RenditionsConcurrency', parameters, stack);
  const renditions = Number(
    given || (perFunction > 0 ? perFunction : stageValue(template, stage, 'RenditionsConcurrency')),
  );
  const account = `This account may run ${String(limit)} executions of Lambda at once in this region${byOthers > 0 ? `, of which other functions reserve ${String(byOthers)}` : ''}`;

  if (perFunction > 0) {
    const wanted = reservationsOf(template, perFunction);
    const left = Math.min(LEAST_UNRESERVED, limit);
    const problems: string[] = [];
    if (limit - byOthers - wanted < left)
      problems.push(
        `${account}, and ${String(left)} must stay unreserved. ReservedConcurrency=${String(perFunction)} reserves ${String(wanted)} for all functions of the stack, which Lambda would refuse. Deploy with ReservedConcurrency=0, which reserves nothing. ${MORE}`,
      );
    if (renditions > perFunction)
      problems.push(
        `RenditionsConcurrency=${String(renditions)} exceeds ReservedConcurrency=${String(perFunction)}: the queue would take more batches than may run, each throttled batch spends one of a message's five receives, and large bursts end in the dead-letter queue. Deploy with RenditionsConcurrency= (empty), which follows the reservation.`,
      );
    return problems;
  }

  const free = limit - byOthers;
  const half = Math.floor(free / 2);
  if (renditions <= half) return [];
  const next =
    half >= LEAST_MAXIMUM
      ? `Deploy with RenditionsConcurrency=${String(half)}, which is slower in bursts and loses nothing.`
      : 'That is too little for this application.';
  return [
    `${account}, and renditions may take ${String(renditions)} of them (RenditionsConcurrency${given ? '' : `, the default of ${stage}`}). Thumbnails would find no room; each throttled batch spends one of a message's five receives, and large bursts end in the dead-letter queue. Renditions should take at most half. ${next} ${MORE}`,
  ];
};

/** What the functions of the stack that is in place reserve. */
async function ownReservations(lambda: LambdaClient, stack: DeployedStack | undefined): Promise<number> {
  if (stack === undefined || Number(stack.parameters['ReservedConcurrency'] ?? 0) === 0) return 0;
  const names = stack.resources.flatMap(({ type, physicalId }) =>
    type === 'AWS::Lambda::Function' ? [physicalId] : [],
  );
  const reserved = await Promise.all(
    names.map(async (FunctionName) => {
      const answer = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }));
      return answer.ReservedConcurrentExecutions ?? 0;
    }),
  );
  return reserved.reduce((sum, one) => sum + one, 0);
}

/** What all functions of the template reserve, each `!If [ReservesConcurrency, a number or the parameter, nothing]`. */
function reservationsOf({ Resources }: ReturnType<typeof readTemplate>, perFunction: number): number {
  return Object.values(Resources).reduce((sum, { Properties }) => {
    const choice = Properties?.ReservedConcurrentExecutions;
    if (!Array.isArray(choice)) return sum;
    return sum + (choice[1] === 'ReservedConcurrency' ? perFunction : Number(choice[1]));
  }, 0);
}
