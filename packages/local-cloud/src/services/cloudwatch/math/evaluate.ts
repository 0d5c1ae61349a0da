import type { MissingOperand } from '../../../core/undocumented.ts';
import type { Formula } from './formula.ts';
import { functions } from './functions.ts';
import { operators } from './operators.ts';
import { mapPoints, mapSeries, seriesOf, zip, type Series, type Type, type Value } from './values.ts';

/** What a formula may refer to. */
export type Scope<T> = {
  /** A metric's series, or what another expression gives. */
  resolve: (id: string) => T;
  /** The metrics of the request whose id contains a text. */
  metrics: (containing: string) => readonly Series[];
  periodSeconds: number;
  /** What operators make of a period in which one operand has no point. */
  missingOperand: MissingOperand;
  /** The account's quota for what a metric counts. */
  quotaOf: (id: string) => number;
};

export function evaluate(formula: Formula, scope: Scope<Value>): Value {
  const inner = (one: Formula): Value => evaluate(one, scope);
  switch (formula.kind) {
    case 'number':
      return formula.value;
    case 'reference':
      return scope.resolve(formula.id);
    case 'metrics':
      return scope.metrics(formula.containing);
    case 'list':
      return formula.items.flatMap((item) => seriesOf(inner(item)));
    case 'negation':
      return mapPoints(inner(formula.of), (point) => -point);
    case 'operation':
      return zip(inner(formula.left), inner(formula.right), operatorOf(formula.operator).combine, scope.missingOperand);
    case 'quota': {
      const quota = scope.quotaOf(formula.of);
      return mapSeries(scope.resolve(formula.of), (points) => points.map(() => quota));
    }
    case 'call':
      return functionOf(formula.name).apply(formula.args.map(inner), scope.periodSeconds);
  }
}

/**
 * The type that a formula gives, whatever its metrics hold.
 *
 * @param refuse throws, with why it gives none
 */
export function typeOf(formula: Formula, resolve: (id: string) => Type, refuse: (why: string) => never): Type {
  const inner = (one: Formula): Type => typeOf(one, resolve, refuse);
  switch (formula.kind) {
    case 'number':
      return 'number';
    case 'reference':
      return resolve(formula.id);
    case 'metrics':
      return 'list';
    case 'list':
      return formula.items.length > 0 && formula.items.map(inner).every((type) => type !== 'number')
        ? 'list'
        : refuse('a list is made of metrics');
    case 'negation':
      return inner(formula.of);
    case 'quota':
      return resolve(formula.of) === 'series' ? 'series' : refuse('SERVICE_QUOTA takes the id of one metric');
    case 'operation': {
      const types = [inner(formula.left), inner(formula.right)];
      if (types.every((type) => type === 'list')) return refuse(`${formula.operator} does not take two lists`);
      return types.find((type) => type === 'list') ?? types.find((type) => type === 'series') ?? 'number';
    }
    case 'call': {
      const types = formula.args.map(inner);
      return functionOf(formula.name).type(types) ?? refuse(`${formula.name} does not take (${types.join(', ')})`);
    }
  }
}

function operatorOf(name: string): (typeof operators)[string] & object {
  return operators[name] as (typeof operators)[string] & object;
}

function functionOf(name: string): (typeof functions)[string] & object {
  return functions[name] as (typeof functions)[string] & object;
}
