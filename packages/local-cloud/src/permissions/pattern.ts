/**
 * A text with `*` (any characters, none included) and `?` (exactly one), as IAM policies have them in actions, ARNs and conditions.
 * Where `?` is no wildcard (SNS filters), it stands for itself.
 */
export function wildcards(
  pattern: string,
  { ignoreCase = false, questionMark = true } = {},
): (text: string) => boolean {
  const source = pattern
    .replace(/\*+/g, '*')
    .replace(/[^\w*?]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll('*', '.*')
    .replaceAll('?', questionMark ? '.' : String.raw`\?`);
  const expression = new RegExp(`^${source}$`, ignoreCase ? 'sui' : 'su');
  return (text) => expression.test(text);
}

const arnParts = 6;

/** An ARN with wildcards: each of its six parts is compared on its own, so that no `*` reaches over a colon into the next part. */
export function arnPattern(pattern: string): (arn: string) => boolean {
  const tests = pattern === '*' ? undefined : splitArn(pattern).map((part) => wildcards(part));
  return (arn) => {
    const parts = splitArn(arn);
    if (parts.length < arnParts) return false;
    return tests === undefined || (tests.length === arnParts && tests.every((test, index) => test(parts[index] ?? '')));
  };
}

/** Its resource part may hold colons of its own. */
function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length < arnParts ? parts : [...parts.slice(0, arnParts - 1), parts.slice(arnParts - 1).join(':')];
}
