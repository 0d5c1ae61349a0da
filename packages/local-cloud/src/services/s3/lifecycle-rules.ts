import { AwsError } from '../../core/aws-error.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import type { LifecycleFilter, LifecycleRule, Version } from './model.ts';

/** Throws AwsError for rules that S3 refuses too. */
export function checkRules(rules: readonly LifecycleRule[]): void {
  if (new Set(rules.map(({ id }) => id)).size < rules.length) {
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', '');
  }
  for (const rule of rules) {
    const { id, expirationDays, expirationDate, expiresDeleteMarkers, noncurrentExpiration, abortMultipartAfterDays } =
      rule;
    const days = [expirationDays, noncurrentExpiration?.days, abortMultipartAfterDays];
    if (days.some((one) => one !== undefined && !(Number.isInteger(one) && one > 0))) {
      throw new AwsError('InvalidArgument', `The days of a lifecycle action must be a positive integer (rule ${id})`);
    }
    if (expirationDate !== undefined && !/T00:00:00(\.0+)?Z$/.test(expirationDate)) {
      throw new AwsError('InvalidArgument', `'Date' must be at midnight GMT (rule ${id})`);
    }
    if ([expirationDays, expirationDate, expiresDeleteMarkers, ...days].every((one) => one === undefined)) {
      throw invalidRequest(`At least one action needs to be specified in a rule (rule ${id})`);
    }
    if (expiresDeleteMarkers === true && (expirationDays !== undefined || expirationDate !== undefined)) {
      throw invalidRequest(`ExpiredObjectDeleteMarker cannot be specified with Days or Date (rule ${id})`);
    }
    const byTagOrSize =
      Object.keys(rule.filter.tags).length > 0 ||
      rule.filter.greaterThan !== undefined ||
      rule.filter.lessThan !== undefined;
    if (byTagOrSize && (abortMultipartAfterDays !== undefined || expiresDeleteMarkers === true)) {
      throw invalidRequest(
        `Neither AbortIncompleteMultipartUpload nor ExpiredObjectDeleteMarker can be specified with tags or sizes (rule ${id})`,
      );
    }
  }
}

const DAY_MS = 24 * 60 * 60_000;

/** The midnight (UTC, milliseconds since the epoch) at which so many days since `iso` are over. */
export function midnightAfter(iso: string, days: number): number {
  return Math.ceil((Date.parse(iso) + days * DAY_MS) / DAY_MS) * DAY_MS;
}

/** When, and by which rule, a current version expires first; undefined where no rule says so. */
export function expiryOf(rules: readonly LifecycleRule[], version: Version): { at: Date; ruleId: string } | undefined {
  const [first] = rules
    .filter(({ enabled, filter }) => enabled && filterMatches(filter, version))
    .flatMap(({ id, expirationDays: days, expirationDate: date }) => [
      ...(days === undefined ? [] : [{ at: new Date(midnightAfter(version.lastModified, days)), ruleId: id }]),
      ...(date === undefined ? [] : [{ at: new Date(date), ruleId: id }]),
    ])
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  return first;
}

/** A marker has neither tags nor a size: a filter by them never matches it. */
export function filterMatches({ prefix, tags, greaterThan, lessThan }: LifecycleFilter, version: Version): boolean {
  if (!version.key.startsWith(prefix)) return false;
  if (version.kind === 'delete-marker') {
    return Object.keys(tags).length === 0 && greaterThan === undefined && lessThan === undefined;
  }
  return (
    Object.entries(tags).every(([name, value]) => version.tags[name] === value) &&
    (greaterThan === undefined || version.size > greaterThan) &&
    (lessThan === undefined || version.size < lessThan)
  );
}
