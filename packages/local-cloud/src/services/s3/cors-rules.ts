import { AwsError } from '../../core/aws-error.ts';
import { invalidRequest } from './errors.ts';

/** A rule of a bucket's CORS configuration: what pages of these origins may do. */
export type CorsRule = {
  id?: string;
  /** May hold one `*`. */
  origins: readonly string[];
  methods: readonly string[];
  /** Headers that a page may send, each with at most one `*`. */
  headers: readonly string[];
  /** Headers of the answer that a page may read. */
  exposed: readonly string[];
  /** How long a browser may remember the answer to its preflight. */
  maxAgeSeconds?: number;
};

const METHODS = new Set(['GET', 'PUT', 'HEAD', 'POST', 'DELETE']);
const MOST_RULES = 100;
const LONGEST_ID = 255;

/** Throws AwsError for rules that S3 refuses too. */
export function checkCorsRules(rules: readonly CorsRule[]): void {
  if (rules.length > MOST_RULES)
    throw invalidRequest(`The number of CORS rules should not exceed ${String(MOST_RULES)}`);
  for (const { id = '', origins, methods, headers, exposed } of rules) {
    if (origins.length === 0 || methods.length === 0) {
      throw new AwsError('MalformedXML', 'Each CORS rule must identify at least one origin and one method.');
    }
    if (id.length > LONGEST_ID)
      throw invalidRequest(`The ID of a CORS rule has at most ${String(LONGEST_ID)} characters`);
    const unknown = methods.find((method) => !METHODS.has(method));
    if (unknown !== undefined) {
      throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`);
    }
    atMostOneWildcard('AllowedOrigin', origins);
    atMostOneWildcard('AllowedHeader', headers);
    const wild = exposed.find((header) => header.includes('*'));
    if (wild !== undefined) {
      throw invalidRequest(
        `ExposeHeader "${wild}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
      );
    }
  }
}

function atMostOneWildcard(what: string, patterns: readonly string[]): void {
  const wilder = patterns.find((pattern) => pattern.split('*').length > 2);
  if (wilder !== undefined) throw invalidRequest(`${what} "${wilder}" can not have more than one wildcard.`);
}

/** The first rule that lets a page of this origin send such a request. */
export function matchingRule(
  rules: readonly CorsRule[],
  origin: string,
  method: string,
  headers: readonly string[] = [],
): { rule: CorsRule; pattern: string } | undefined {
  for (const rule of rules) {
    const pattern = rule.origins.find((allowed) => fits(origin, allowed));
    const allows = (header: string): boolean =>
      rule.headers.some((allowed) => fits(header.toLowerCase(), allowed.toLowerCase()));
    if (pattern !== undefined && rule.methods.includes(method) && headers.every(allows)) return { rule, pattern };
  }
  return undefined;
}

/** A `*` stands for any characters, none too. */
function fits(text: string, pattern: string): boolean {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return text === pattern;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
