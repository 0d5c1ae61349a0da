import { planOutputs as planWell, type OutputFacts } from 'the-real:reconcile-images/plan-outputs.ts';

export { grouped, hasOutputsOfOurs } from 'the-real:reconcile-images/plan-outputs.ts';

/** Takes every output for one that no record names. */
export function planOutputs(facts: OutputFacts): object[] {
  return planWell({ ...facts, records: new Map() });
}

/** Also when the record is read again, right before the deletion. */
export function names(): boolean {
  return false;
}
