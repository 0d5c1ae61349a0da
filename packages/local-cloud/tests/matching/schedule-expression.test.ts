import { describe, expect, test } from '@jest/globals';
import { readExpression } from '../../src/matching/schedule-expression.ts';

/** The first times from a moment on, UTC. */
function times(expression: string, from: string, count: number, timeZone = 'UTC'): string[] {
  const timetable = readExpression(expression, timeZone);
  const found: string[] = [];
  for (
    let time = timetable.first(new Date(from));
    time !== undefined && found.length < count;
    time = timetable.next(time)
  ) {
    found.push(time.toISOString().replace(':00.000Z', ''));
  }
  return found;
}

describe('Schedules', () => {
  test.each<[string, string, string, string[], string?]>([
    ['at a rate begin at once', 'rate(5 minutes)', '2030-01-01T12:00:00Z', ['2030-01-01T12:00', '2030-01-01T12:05']],
    ['once', 'at(2030-05-01T08:30:00)', '2030-01-01T00:00:00Z', ['2030-05-01T08:30']],
    ['once, in a time zone', 'at(2030-05-01T08:30:00)', '2030-01-01T00:00:00Z', ['2030-05-01T06:30'], 'Europe/Berlin'],
    ['once, in the past', 'at(2030-05-01T08:30:00)', '2031-01-01T00:00:00Z', []],
    ['every day', 'cron(0 10 * * ? *)', '2030-01-01T10:00:00Z', ['2030-01-01T10:00', '2030-01-02T10:00']],
    ['on working days', 'cron(15 9 ? * MON-FRI *)', '2030-01-04T12:00:00Z', ['2030-01-07T09:15', '2030-01-08T09:15']],
    ['by numbers of days, Sunday being 1', 'cron(0 0 ? * 1 *)', '2030-01-01T00:00:00Z', ['2030-01-06T00:00']],
    [
      'every so many minutes from one on',
      'cron(1/20 8 * * ? *)',
      '2030-01-01T00:00:00Z',
      ['2030-01-01T08:01', '2030-01-01T08:21', '2030-01-01T08:41', '2030-01-02T08:01'],
    ],
    [
      'on the last day of the month',
      'cron(0 0 L * ? *)',
      '2030-02-01T00:00:00Z',
      ['2030-02-28T00:00', '2030-03-31T00:00'],
    ],
    [
      'on the last Friday of the month',
      'cron(0 0 ? * 6L *)',
      '2030-01-01T00:00:00Z',
      ['2030-01-25T00:00', '2030-02-22T00:00'],
    ],
    ['on the second Monday of the month', 'cron(0 0 ? * 2#2 *)', '2030-01-01T00:00:00Z', ['2030-01-14T00:00']],
    [
      'on the working day nearest the 15th',
      'cron(0 0 15W * ? *)',
      '2030-06-01T00:00:00Z',
      ['2030-06-14T00:00', '2030-07-15T00:00'],
    ],
    ['in one year only', 'cron(0 0 1 1 ? 2031)', '2030-06-01T00:00:00Z', ['2031-01-01T00:00']],
    [
      'by the clock of a time zone, summer and winter',
      'cron(0 12 1 1,7 ? *)',
      '2030-01-01T00:00:00Z',
      ['2030-01-01T11:00', '2030-07-01T10:00'],
      'Europe/Berlin',
    ],
  ])('%s', (_name, expression, from, expected, ...[timeZone]) => {
    expect(times(expression, from, expected.length || 3, timeZone)).toEqual(expected);
  });

  test.each([
    ['rate(0 minutes)'],
    ['rate(5 seconds)'],
    ['cron(0 10 * * *)'],
    ['cron(0 10 * * * *)'],
    ['cron(0 10 ? * ? *)'],
    ['cron(99 10 * * ? *)'],
    ['at(tomorrow)'],
    ['every hour'],
  ])('%s is refused', (expression) => {
    expect(() => readExpression(expression, 'UTC')).toThrow(`Invalid Schedule Expression ${expression}`);
  });

  test('refuse a time zone that is not there', () => {
    expect(() => readExpression('rate(1 hour)', 'Europe/Bonn')).toThrow('Europe/Bonn');
  });
});
