import { oneLine } from '../../../shared/text.ts';
import type { Story } from '../../story.ts';
import { headline, imageSentences, causeOf } from '../sentences.ts';
import type { Row } from './row.ts';
import type { Tone } from './line.ts';
import { wrap } from './width.ts';

/** The end, between two rules: as expected or not, how it ended, why, and what was not as it should be. */
export function verdictLines(story: Story, columns: number, blank: Row): Row[] {
  const { verdict } = story;
  if (verdict === undefined) return [];
  const tone: Tone = verdict.asExpected ? 'loud-good' : 'loud-bad';
  const rule: Row = { line: [[tone, '━'.repeat(columns)]], matters: 8 };
  const mark = verdict.asExpected ? ' ✓ AS EXPECTED  ' : ' ✗ NOT AS EXPECTED  ';
  const paragraph = (text: string, of: Tone, matters: number): Row[] =>
    text === '' ? [] : wrap(text, columns - 3, 2).map((line) => ({ line: [[of, `   ${line}`]], matters }));
  const [first = '', ...rest] = wrap(headline(story), columns - mark.length, 3);
  return [
    blank,
    rule,
    {
      line: [
        [tone, mark],
        ['strong', first],
      ],
      matters: 10,
    },
    ...rest.map((line): Row => ({ line: [['strong', `${' '.repeat(mark.length)}${line}`]], matters: 9 })),
    ...paragraph(causeOf(story), 'plain', 6),
    ...(verdict.asExpected ? [] : paragraph(`Expected: ${oneLine(verdict.expected)}`, 'plain', 9)),
    ...verdict.problems.flatMap((problem) => paragraph(`✗ ${oneLine(problem)}`, 'bad', 9)),
    ...imageSentences(story).flatMap((text) => paragraph(text, 'quiet', 5)),
    rule,
  ];
}
