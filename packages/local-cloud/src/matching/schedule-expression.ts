import { Cron } from 'croner';
import { AwsError } from '../core/aws-error.ts';

/** When a schedule is due. Times are instants; the expression was read in its time zone. */
export type Timetable = {
  /** The first time at or after `from`; undefined where there is none any more. */
  first: (from: Date) => Date | undefined;
  /** The time after the one that was. */
  next: (previous: Date) => Date | undefined;
};

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)`, `cron(0 10 ? * MON-FRI *)` or `at(2030-01-31T12:00:00)`. Throws AwsError ValidationException for what is none
 * of them.
 */
export function readExpression(expression: string, timeZone: string): Timetable {
  const [, kind = '', inner = ''] = /^(\w+)\((.*)\)$/.exec(expression) ?? [];
  checkTimeZone(timeZone);
  switch (kind) {
    case 'rate':
      return rate(expression, inner);
    case 'cron':
      return cron(expression, inner, timeZone);
    case 'at':
      return once(expression, inner, timeZone);
    default:
      throw invalid(expression, 'it is rate(…), cron(…) or at(…)');
  }
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new AwsError(
      'ValidationException',
      `Invalid ScheduleExpressionTimezone ${timeZone}: it is a name like Europe/Berlin.`,
    );
  }
}

function rate(expression: string, inner: string): Timetable {
  const [, digits = '', unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(inner) ?? [];
  const every = Number(digits) * (UNITS[unit] ?? 0);
  if (every === 0) throw invalid(expression, 'rate takes a positive number and minutes, hours or days');
  return { first: (from) => from, next: (previous) => new Date(previous.getTime() + every) };
}

function once(expression: string, inner: string, timeZone: string): Timetable {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner)) throw invalid(expression, 'at takes yyyy-mm-ddThh:mm:ss');
  const time = new Cron(inner, { timezone: timeZone, paused: true }).nextRun(new Date(0)) ?? undefined;
  return { first: (from) => (time !== undefined && time >= from ? time : undefined), next: () => undefined };
}

/** Names, least and greatest value of each field, as AWS counts them: Sunday is 1. */
const FIELDS = [
  { name: 'minutes', most: 59 },
  { name: 'hours', most: 23 },
  { name: 'day of month', most: 31 },
  { name: 'month', most: 12 },
  { name: 'day of week', most: 7 },
  { name: 'year', most: 2199 },
] as const;

function cron(expression: string, inner: string, timeZone: string): Timetable {
  const fields = inner.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) throw invalid(expression, 'cron takes six fields');
  const [, , dayOfMonth, , dayOfWeek] = fields;
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw invalid(expression, 'exactly one of day of month and day of week must be ?');
  }
  const pattern = ['0', ...FIELDS.map(({ name, most }, index) => convert(fields[index] ?? '', name, most))].join(' ');
  try {
    const job = new Cron(pattern, { timezone: timeZone, paused: true, mode: '7-part', alternativeWeekdays: true });
    const after = (time: number): Date | undefined => job.nextRun(new Date(time)) ?? undefined;
    return { first: (from) => after(from.getTime() - 1), next: (previous) => after(previous.getTime()) };
  } catch (error) {
    throw invalid(expression, error instanceof Error ? error.message : String(error));
  }
}

/** One of AWS's fields in the words of croner, to which `?` is the present and `1/5` needs its end. */
function convert(field: string, name: string, most: number): string {
  if (field === '?' && name.startsWith('day')) return '*';
  if (field === 'L' && name === 'day of week') return '7';
  return field
    .split(',')
    .map((part) => part.replace(/^(\w+)\/(\d+)$/, `$1-${String(most)}/$2`))
    .join(',');
}

function invalid(expression: string, why: string): AwsError {
  return new AwsError('ValidationException', `Invalid Schedule Expression ${expression}: ${why}.`);
}
