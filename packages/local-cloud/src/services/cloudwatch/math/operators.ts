type Operator = {
  /** Of two operators the one with the higher number takes its operands first. */
  precedence: number;
  rightToLeft?: boolean;
  combine: (left: number, right: number) => number;
};

const arithmetic = (precedence: number, combine: Operator['combine']): Operator => ({ precedence, combine });
const truth = (precedence: number, holds: (left: number, right: number) => boolean): Operator => ({
  precedence,
  combine: (left, right) => (holds(left, right) ? 1 : 0),
});
const or = truth(1, (left, right) => left !== 0 || right !== 0);
const and = truth(2, (left, right) => left !== 0 && right !== 0);

/** Everything that stands between two operands. What is compared gives 1 or 0. */
export const operators: Readonly<Record<string, Operator>> = {
  '||': or,
  OR: or,
  '&&': and,
  AND: and,
  '==': truth(3, (left, right) => left === right),
  '!=': truth(3, (left, right) => left !== right),
  '<': truth(4, (left, right) => left < right),
  '<=': truth(4, (left, right) => left <= right),
  '>': truth(4, (left, right) => left > right),
  '>=': truth(4, (left, right) => left >= right),
  '+': arithmetic(5, (left, right) => left + right),
  '-': arithmetic(5, (left, right) => left - right),
  '*': arithmetic(6, (left, right) => left * right),
  '/': arithmetic(6, (left, right) => left / right),
  '^': { ...arithmetic(7, (left, right) => left ** right), rightToLeft: true },
};
