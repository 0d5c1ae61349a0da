import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commandLine } from '../../../../commands/deploy/windows.ts';
import { UsageError } from '../../../../commands/shared/target.ts';

/** The arguments of a command line as Microsoft's C library reads them ("Parsing C command-line arguments"). */
function parsed(line: string): string[] {
  const found: string[] = [];
  let current: string | undefined;
  let quotes = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (!quotes && (character === ' ' || character === '\t')) {
      if (current !== undefined) found.push(current);
      current = undefined;
      continue;
    }
    current ??= '';
    const backslashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    if (backslashes > 0 && line.charAt(at + backslashes) === '"') {
      current += '\\'.repeat(Math.floor(backslashes / 2));
      at += backslashes;
      if (backslashes % 2 === 1) current += '"';
      else quotes = !quotes;
    } else if (character === '"') quotes = !quotes;
    else current += character;
  }
  return current === undefined ? found : [...found, current];
}

/** What cmd.exe sees outside its quotes, which a backslash does not escape. */
const outsideQuotes = (line: string): string =>
  line
    .split('"')
    .filter((_, index) => index % 2 === 0)
    .join('');

test.each([
  [
    ['build', '--parameter-overrides', 'Stage=dev', 'AlarmEmail=a@b.c'],
    'sam build --parameter-overrides Stage=dev AlarmEmail=a@b.c',
  ],
  [['ReleaseId=""'], String.raw`sam "ReleaseId=\"\""`],
  [['A="two words"'], String.raw`sam "A=\"two words\""`],
  [['A=two & three'], 'sam "A=two & three"'],
  [['C:\\Program Files\\'], String.raw`sam "C:\Program Files\\"`],
  [[''], 'sam ""'],
])('%j is written so that sam reads it as it is', (args, line) => {
  expect(commandLine('sam', args)).toBe(line);
  expect(parsed(line)).toEqual(['sam', ...args]);
});

test.each(['A=%PATH%', 'A=hey!', 'A=one\ntwo', 'A="a & b"', 'A="^"', 'A=5" wide'])(
  '%j is refused, by its name',
  (argument) => {
    expect(() => commandLine('sam', ['deploy', argument])).toThrow(UsageError);
    expect(() => commandLine('sam', ['deploy', argument])).toThrow(JSON.stringify(argument));
  },
);

test('whatever is not refused arrives as it was, and shows cmd.exe nothing to act upon', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from(' "\\&|<>^()a=,;%!-\t')), maxLength: 12 });
  let kept = 0;
  fc.assert(
    fc.property(fc.array(fc.oneof(text, fc.string()), { maxLength: 4 }), (args) => {
      let line: string;
      try {
        line = commandLine('sam', args);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        return;
      }
      kept += 1;
      expect(parsed(line)).toEqual(['sam', ...args]);
      expect(line).not.toMatch(/[%!\r\n]/);
      expect(outsideQuotes(line)).not.toMatch(/[&|<>^()]/);
    }),
    { numRuns: 2000 },
  );
  expect(kept).toBeGreaterThan(100);
});
