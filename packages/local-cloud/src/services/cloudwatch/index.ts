/** Metric math and alarms as CloudWatch evaluates them, for tests of an application's alarms. */
export type { AlarmSpec } from './alarm.ts';
export { evaluate } from './math/evaluate.ts';
export { parseFormula } from './math/parse.ts';
export { MISSING_OPERAND_RULES, seriesOf, type MissingOperand } from './math/values.ts';
export type { QueueState } from './queue-metrics.ts';
