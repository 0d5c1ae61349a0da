/** Metric math and alarms as CloudWatch evaluates them, for tests of an application's alarms. */
export type { AlarmSpec } from './alarm.ts';
export { evaluate } from './math/evaluate.ts';
export { parseFormula } from './math/parse.ts';
export { seriesOf } from './math/values.ts';
export type { QueueState } from './queue-metrics.ts';
export { MISSING_OPERAND_RULES, type MissingOperand } from '../../core/undocumented.ts';
