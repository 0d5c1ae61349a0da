/** An expression of metric math that was read. */
export type Formula =
  | { kind: 'number'; value: number }
  /** A metric or another expression, by its id. */
  | { kind: 'reference'; id: string }
  | { kind: 'list'; items: readonly Formula[] }
  | { kind: 'negation'; of: Formula }
  | { kind: 'operation'; operator: string; left: Formula; right: Formula }
  | { kind: 'call'; name: string; args: readonly Formula[] }
  /** SERVICE_QUOTA: the account's quota for what a metric counts, by the metric's id. */
  | { kind: 'quota'; of: string }
  /** All metrics of the request whose id contains this. */
  | { kind: 'metrics'; containing: string };

/** The ids that a formula mentions by name. */
export function referencesOf(formula: Formula): string[] {
  switch (formula.kind) {
    case 'reference':
      return [formula.id];
    case 'quota':
      return [formula.of];
    case 'list':
      return formula.items.flatMap(referencesOf);
    case 'negation':
      return referencesOf(formula.of);
    case 'operation':
      return [...referencesOf(formula.left), ...referencesOf(formula.right)];
    case 'call':
      return formula.args.flatMap(referencesOf);
    case 'number':
    case 'metrics':
      return [];
  }
}

/** Does it mention METRICS()? */
export function mentionsAll(formula: Formula): boolean {
  switch (formula.kind) {
    case 'metrics':
      return true;
    case 'list':
      return formula.items.some(mentionsAll);
    case 'negation':
      return mentionsAll(formula.of);
    case 'operation':
      return mentionsAll(formula.left) || mentionsAll(formula.right);
    case 'call':
      return formula.args.some(mentionsAll);
    case 'number':
    case 'reference':
    case 'quota':
      return false;
  }
}

/**
 * How many earlier points its first point needs: differences look back by one, and may stand within one another.
 *
 * @param of as much, of what an id stands for
 */
export function lookBackOf(formula: Formula, of: (id: string) => number): number {
  const most = (formulas: readonly Formula[]): number => Math.max(0, ...formulas.map((one) => lookBackOf(one, of)));
  switch (formula.kind) {
    case 'reference':
      return of(formula.id);
    case 'list':
      return most(formula.items);
    case 'negation':
      return most([formula.of]);
    case 'operation':
      return most([formula.left, formula.right]);
    case 'call':
      return most(formula.args) + (formula.name === 'DIFF' || formula.name === 'RATE' ? 1 : 0);
    case 'number':
    case 'quota':
    case 'metrics':
      return 0;
  }
}
