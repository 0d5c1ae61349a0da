import { describe, expect, test } from '@jest/globals';
import { checkQueries, type MetricQuery } from '../../src/services/cloudwatch/queries.ts';
import type { MissingOperand } from '../../src/core/undocumented.ts';
import { isList } from '../../src/services/cloudwatch/math/values.ts';

/** `30 - 0`: points, the oldest first; - is missing. */
const points = (text: string): (number | undefined)[] =>
  text.split(' ').map((word) => (word === '-' ? undefined : Number(word)));
const written = (values: readonly (number | undefined)[]): string => values.map((value) => value ?? '-').join(' ');

const metric = (Id: string, Period = 60): MetricQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: 'Shop', MetricName: Id }, Period, Stat: 'Sum' },
});

const quotaOf = ({ name }: { name: string }): number | undefined => (name === 'running' ? 1000 : undefined);

function calculate(
  Expression: string,
  metrics: Readonly<Record<string, string>>,
  missingOperand: MissingOperand = 'zero',
): string | string[] {
  const queries = checkQueries([...Object.keys(metrics).map((id) => metric(id)), { Id: 'result', Expression }]);
  const value = queries.evaluate('result', ({ Metric: { MetricName } }) => points(metrics[MetricName] ?? ''), {
    missingOperand,
    quotaOf,
  });
  if (typeof value === 'number') throw new Error('a number');
  return isList(value) ? value.map((one) => written(one.points)) : written(value.points);
}

describe('an expression gives', () => {
  // From "Using metric math" in the CloudWatch User Guide.
  const guide = { metric1: '30 20 0 0', metric2: '20 - 20 -' };
  const choice = { metric1: '1 1 0 0 -', metric2: '30 - 0 0 30', metric3: '0 0 20 - 20' };
  test.each([
    ['metric1 < metric2', guide, '0 0 1 0'],
    ['metric1 >= 30', guide, '1 0 0 0'],
    ['metric1 > 15 AND metric2 > 15', guide, '1 0 0 0'],
    ['IF(metric1, metric2, metric3)', choice, '30 0 20 - -'],
    ['IF(metric1, 5, metric3)', choice, '5 5 20 - -'],
    ['IF(metric1, metric2, 5)', choice, '30 0 5 5 -'],
    ['IF(metric1, metric2)', choice, '30 0 - - -'],
    ['IF(1, metric2, metric3)', choice, '30 - 0 0 30'],
    ['IF(0, metric2, metric3)', choice, '0 0 20 - 20'],
    ['IF(0, metric2)', choice, '- - - - -'],

    ['m1 + m2', { m1: '1 - - 2', m2: '10 20 - -' }, '11 20 - 2'],
    ['m1 - 1', { m1: '1 - 3' }, '0 - 2'],
    ['2 * m1 ^ 2', { m1: '1 2 3' }, '2 8 18'],
    ['2 ^ 3 ^ 2 * m1', { m1: '1' }, '512'],
    ['m1 / m2', { m1: '6 6 -', m2: '3 0 2' }, '2 - 0'],
    ['-m1', { m1: '1 - -2' }, '-1 - 2'],
    ['m1 == 1 || m1 != m1 && m1 <= 0', { m1: '1 2 -' }, '1 0 -'],
    ['(m1 + 1) * 2', { m1: '1 2' }, '4 6'],

    ['ABS(m1)', { m1: '-1 - 2' }, '1 - 2'],
    ['CEIL(m1) - FLOOR(m1)', { m1: '1.5 2 -' }, '1 0 -'],
    ['DIFF(m1)', { m1: '5 7 - 4' }, '- 2 - -3'],
    ['RATE(m1)', { m1: '0 120 - 360' }, '- 2 - 2'],
    ['RUNNING_SUM(m1)', { m1: '1 - 2 3' }, '1 - 3 6'],
    ['FILL(m1, 0)', { m1: '- 1 -' }, '0 1 0'],
    ['FILL(m1, m2)', { m1: '- 1 -', m2: '7 8 -' }, '7 1 -'],
    ['FILL(m1, MAX(m1))', { m1: '- 1 4' }, '4 1 4'],
    ['FILL(m1, REPEAT)', { m1: '- 1 - -' }, '- 1 1 1'],
    ['FILL(m1, LINEAR)', { m1: '- 1 - - 4 -' }, '- 1 2 3 4 -'],
    ['m1 / PERIOD(m1)', { m1: '60 120' }, '1 2'],

    // Nothing is the greatest or the average of no points.
    ['m1 > MAX(m2)', { m1: '1 2', m2: '- -' }, '- -'],
    ['IF(m1 > MAX(m2), 1, 0)', { m1: '1 2', m2: '- -' }, '- -'],
    ['m1 != AVG(m2)', { m1: '1 2', m2: '- -' }, '- -'],
    ['FILL(m1, AVG(m1))', { m1: '- -' }, '- -'],
    ['FILL(m1, 1 / 0)', { m1: '1 -' }, '1 -'],
    ['RUNNING_SUM(m1)', { m1: '1e308 1e308 -' }, '1e+308 - -'],

    ['m1 - AVG(m1)', { m1: '1 - 3' }, '-1 - 1'],
    ['m1 / SUM(m1)', { m1: '1 - 3' }, '0.25 - 0.75'],
    ['MAX(m1) - MIN(m1) + m1', { m1: '1 - 3' }, '3 - 5'],
    ['SUM([m1, m2])', { m1: '1 - -', m2: '2 3 -' }, '3 3 -'],
    ['AVG([m1, m2])', { m1: '1 - -', m2: '3 4 -' }, '2 2 -'],
    ['MIN([m1, m2])', { m1: '1 - -', m2: '3 4 -' }, '1 4 -'],
    ['MAX(METRICS())', { m1: '1 - -', m2: '3 4 -' }, '3 4 -'],
    ['SUM(METRICS("errors"))', { errors_a: '1 2', errors_b: '3 4', all: '9 9' }, '4 6'],
    ['SUM([METRICS("x"), METRICS("y")])', { x1: '1', y1: '2', z1: '4' }, '3'],
    ['METRICS() / 2', { m1: '2 -', m2: '4 6' }, ['1 -', '2 3']],
    ['[m1, m2] * m1', { m1: '2 -', m2: '4 6' }, ['4 -', '8 0']],

    ['100 * claimed / SERVICE_QUOTA(running)', { claimed: '800 - 900', running: '10 - -' }, '80 0 90'],

    // A guard that low samples do not raise.
    ['IF(failed >= 3 AND failed > 0.05 * images, 1, 0)', { failed: '2 3 3 - -', images: '2 100 3 5 -' }, '0 0 1 0 -'],
  ])('%s', (expression, metrics, expected) => {
    expect(calculate(expression, metrics)).toEqual(expected);
  });

  test('what another expression gave, in whatever order they stand', () => {
    const queries = checkQueries([
      { Id: 'twice', Expression: '2 * sum' },
      { Id: 'sum', Expression: 'SUM(METRICS())' },
      metric('m1'),
    ]);
    expect(queries.evaluate('twice', () => [1, 2], { missingOperand: 'zero', quotaOf })).toMatchObject({
      points: [2, 4],
    });
  });
});

describe('where an absent operand makes the result absent, an expression gives', () => {
  test.each([
    ['m1 + m2', { m1: '1 - - 2', m2: '10 20 - -' }, '11 - - -'],
    ['m1 > 0 OR m2 > 0', { m1: '1 - 0', m2: '- 1 1' }, '- - 1'],
    ['m1 * 2', { m1: '1 -' }, '2 -'],
    ['SUM([m1, m2])', { m1: '1 -', m2: '2 3' }, '3 3'],
    ['IF(m1 > m2, 1, 0)', { m1: '1 1', m2: '0 -' }, '1 -'],
  ])('%s', (expression, metrics, expected) => {
    expect(calculate(expression, metrics, 'missing')).toEqual(expected);
  });
});

test('SERVICE_QUOTA of a metric whose quota is not known is refused by its name', () => {
  expect(() => calculate('m1 / SERVICE_QUOTA(m1)', { m1: '1' })).toThrow(/SERVICE_QUOTA\(m1\)/);
  expect(() => calculate('SERVICE_QUOTA(5) * m1', { m1: '1' })).toThrow(/takes the id of one metric/);
});

test.each([
  ['DIFF(m1)', 1],
  ['DIFF(DIFF(m1)) + m1', 2],
  ['RATE(FILL(m1, 0))', 1],
  ['m1', 0],
])('%s looks back by %i points', (Expression, expected) => {
  expect(checkQueries([metric('m1'), { Id: 'result', Expression }]).lookBackOf('result')).toBe(expected);
});

describe('is refused', () => {
  const check =
    (Expression: string, more: readonly MetricQuery[] = []) =>
    () =>
      checkQueries([metric('m1'), metric('m2'), ...more, { Id: 'result', Expression }]);

  test.each([
    'SEARCH("{Shop} orders", "Sum")',
    'ANOMALY_DETECTION_BAND(m1)',
    'STDDEV(m1)',
    'SORT(METRICS(), AVG, DESC)',
  ])('by its name, what only AWS has: %s', (expression) => {
    const [name = ''] = expression.split('(');
    expect(check(expression)).toThrow(`does not implement the metric math function ${name}`);
  });

  test('a query of Metrics Insights', () => {
    expect(check('SELECT AVG(x) FROM "Shop"')).toThrow('does not implement Metrics Insights');
  });

  test.each([
    'm1 +',
    'm1 m2',
    'm1 ? 1 : 2',
    'm1, m2',
    'm1.points',
    'this',
    'm1 % 2',
    'm1 = 2',
    'true',
    '"text"',
    'sum(m1)',
    'FILL_REPEAT(m1)',
    'constructor(m1)',
    'm1(m2)',
    '',
    '[,]',
    'SUM([m1,,m2])',
    'SUM(,)',
  ])('what is no expression: %s', (expression) => {
    expect(check(expression)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });

  test.each([
    ['SUM(m1)', 'the result is a number'],
    ['5', 'the result is a number'],
    ['ABS()', 'ABS does not take ()'],
    ['ABS(m1, m2)', 'ABS does not take (series, series)'],
    ['IF(m1)', 'IF does not take (series)'],
    ['FILL(m1)', 'FILL does not take (series)'],
    ['FILL(m1, FAST)', 'the id FAST is used'],
    ['METRICS() + METRICS()', '+ does not take two lists'],
    ['SUM([])', 'a list is made of metrics'],
    ['m3 + 1', 'the id m3 is used in an expression'],
    ['result + 1', 'depends on itself'],
  ])('what does not fit together: %s', (expression, why) => {
    expect(check(expression)).toThrow(new RegExp(why.replace(/[()+[\]]/g, '\\$&'), 'i'));
  });

  test('what has no one period', () => {
    expect(check('m1 + m3', [metric('m3', 300)])).toThrow('expressions over metrics of different periods');
  });
});
