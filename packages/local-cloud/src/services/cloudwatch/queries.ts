import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { toDimensions, UNITS, type Dimension, type Metric } from './metric.ts';
import { evaluate, typeOf } from './math/evaluate.ts';
import { lookBackOf, mentionsAll, referencesOf, type Formula } from './math/formula.ts';
import { badExpression, parseFormula } from './math/parse.ts';
import type { MissingOperand } from '../../core/undocumented.ts';
import { isList, type Series, type Type, type Value } from './math/values.ts';
import { readStatistic } from './statistic.ts';

/** A statistic of a metric, as APIs write it; the period is in seconds. */
export type MetricStat = {
  Metric: { Namespace: string; MetricName: string; Dimensions?: readonly Dimension[] | undefined };
  Period: number;
  Stat: string;
  Unit?: string | undefined;
};

/** One of the metrics and expressions of a request or an alarm. */
export type MetricQuery = {
  Id: string;
  MetricStat?: MetricStat | undefined;
  Expression?: string | undefined;
  Label?: string | undefined;
  ReturnData?: boolean | undefined;
};

/** Queries that were found to be right. */
export type Queries = {
  list: readonly MetricQuery[];
  /** Seconds: of a metric its own, of an expression that of its metrics. */
  periodOf: (id: string) => number;
  typeOf: (id: string) => Type;
  /** How many points before the first one it needs. */
  lookBackOf: (id: string) => number;
  /** What a query gives, where `read` gives the points of a metric. Throws AwsError NotImplemented for a quota that is not known here. */
  evaluate: (id: string, read: (stat: MetricStat) => Series['points'], context: MathSetting) => Value;
};

/** What metric math takes from its cloud. */
export type MathSetting = {
  missingOperand: MissingOperand;
  /** The account's quota for what a metric counts; undefined: not known here. */
  quotaOf: (metric: Metric) => number | undefined;
};

export function metricOf({ Metric: { Namespace, MetricName, Dimensions } }: MetricStat): Metric {
  return { namespace: Namespace, name: MetricName, dimensions: toDimensions(Dimensions) };
}

/** Throws AwsError ValidationException for what AWS refuses, NotImplemented for what only AWS has. */
export function checkQueries(list: readonly MetricQuery[]): Queries {
  const queries = new Map<string, MetricQuery>();
  const formulas = new Map<string, Formula>();
  for (const query of list) {
    const { Id, MetricStat: stat, Expression: expression, Label: label } = query;
    if (!/^[a-z]\w{0,254}$/.test(Id)) {
      throw invalid(`The value ${Id} for parameter Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`);
    }
    if (queries.has(Id)) throw invalid(`The value ${Id} for parameter Id is not unique.`);
    if (label?.includes('${') === true) throw notImplemented(`dynamic labels (${label})`);
    if ((stat === undefined) === (expression === undefined)) {
      throw invalid(`Exactly one of MetricStat and Expression must be given for ${Id}.`);
    }
    if (stat !== undefined) {
      readStatistic(stat.Stat);
      if (stat.Unit !== undefined && !UNITS.includes(stat.Unit)) throw invalid(`The unit ${stat.Unit} is none.`);
    }
    if (expression !== undefined) formulas.set(Id, parseFormula(expression));
    queries.set(Id, query);
  }

  const metrics = list.filter(({ MetricStat }) => MetricStat !== undefined);
  const expressionOf = (id: string): string => queries.get(id)?.Expression ?? '';

  /** Goes through what an id stands for; what is found for an id is kept, and circles are refused. */
  function walk<T>(
    ofMetric: (query: MetricQuery) => T,
    ofFormula: (formula: Formula, id: string) => T,
  ): (id: string) => T {
    const found = new Map<string, T>();
    const entered = new Set<string>();
    return (id) => {
      const known = found.get(id);
      if (known !== undefined) return known;
      const query = queries.get(id);
      if (query === undefined)
        throw invalid(`The id ${id} is used in an expression, and there is no query of that id.`);
      if (entered.has(id)) throw invalid(`The expression of ${id} depends on itself.`);
      entered.add(id);
      const formula = formulas.get(id);
      const value = formula === undefined ? ofMetric(query) : ofFormula(formula, id);
      found.set(id, value);
      return value;
    };
  }

  const types: (id: string) => Type = walk<Type>(
    () => 'series',
    (formula, id) =>
      typeOf(formula, types, (why) => {
        throw badExpression(expressionOf(id), why);
      }),
  );
  const lookBacks: (id: string) => number = walk(
    () => 0,
    (formula) => lookBackOf(formula, lookBacks),
  );
  const periods: (id: string) => number = walk(
    ({ MetricStat }) => MetricStat?.Period ?? 0,
    (formula, id) => {
      const named = referencesOf(formula).map(periods);
      const all = mentionsAll(formula) ? metrics.map(({ MetricStat }) => MetricStat?.Period ?? 0) : [];
      const [first = 0, ...others] = new Set([...named, ...all]);
      if (others.length > 0) {
        throw notImplemented(`expressions over metrics of different periods (${id}: ${expressionOf(id)})`);
      }
      return first;
    },
  );

  for (const { Id, Expression } of list) {
    if (types(Id) === 'number') {
      throw badExpression(Expression ?? '', 'the result is a number, and must be a time series');
    }
    periods(Id);
  }

  return {
    list,
    periodOf: periods,
    typeOf: types,
    lookBackOf: lookBacks,
    evaluate: (wanted, read, { missingOperand, quotaOf }) => {
      const quotas = (id: string): number => {
        const stat = queries.get(id)?.MetricStat;
        const quota = stat && quotaOf(metricOf(stat));
        if (quota === undefined) throw notImplemented(`SERVICE_QUOTA(${id}): of this metric no quota is known here`);
        return quota;
      };
      const values: (id: string) => Value = walk<Value>(
        ({ Id, MetricStat: stat }) => ({ label: Id, points: stat === undefined ? [] : read(stat) }),
        (formula, id) =>
          evaluate(formula, {
            resolve: values,
            metrics: containing,
            periodSeconds: periods(id),
            missingOperand,
            quotaOf: quotas,
          }),
      );
      const containing = (text: string): Series[] =>
        metrics
          .filter(({ Id }) => Id.includes(text))
          .map(({ Id }) => values(Id))
          .filter((value): value is Series => typeof value !== 'number' && !isList(value));
      return values(wanted);
    },
  };
}

function invalid(why: string): AwsError {
  return new AwsError('ValidationException', why);
}
