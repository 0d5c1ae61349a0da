import { AwsError } from '../../core/aws-error.ts';
import { ACCOUNT_LIMIT } from './concurrency.ts';

/** So much must stay for the functions without a reservation. */
const LEAST_UNRESERVED = 100;

/** Throws AwsError InvalidParameterValueException where a reservation leaves too little to the other functions. */
export function checkReservation(functionName: string, wanted: number, byOthers: number): void {
  if (!Number.isInteger(wanted) || wanted < 0) {
    throw new AwsError(
      'InvalidParameterValueException',
      `${functionName} cannot reserve ${String(wanted)} executions.`,
    );
  }
  if (ACCOUNT_LIMIT - byOthers - wanted >= LEAST_UNRESERVED) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${String(LEAST_UNRESERVED)}].`,
  );
}
