import type { Story } from '../../story.ts';
import { allImagesSentence, summaryHeadline, summaryRow, type SummaryRow } from '../summary.ts';
import { breakable, heading, html, nothing, type Content, type Html } from './html.ts';

type Column = { title: string; kind?: (row: SummaryRow) => string; of: (row: SummaryRow) => Content };

const number = (): string => 'number';

const columns: readonly Column[] = [
  { title: 'Outcome', of: ({ outcome }) => outcome },
  { title: 'Traffic', kind: number, of: ({ traffic }) => traffic },
  { title: 'Guard', of: ({ guard }) => (guard === '' ? '–' : breakable(guard)) },
  { title: 'Reason', kind: ({ why }) => (why === '' ? 'reason none' : 'reason'), of: ({ why }) => why },
  { title: 'Time', kind: number, of: ({ lasted }) => lasted },
  { title: 'Images', kind: number, of: ({ images }) => String(images) },
  { title: 'Lost', kind: number, of: ({ lost }) => String(lost) },
  { title: 'Wrong', kind: number, of: ({ wrong }) => String(wrong) },
  {
    title: 'As expected',
    kind: ({ asExpected }) => (asExpected === true ? 'good' : 'bad'),
    of: ({ asExpected }) => (asExpected === undefined ? 'no verdict yet' : asExpected ? '✓ yes' : '✗ no'),
  },
];

/**
 * All rehearsals in one table, each linked to its section, with the reason below what is short. On narrow screens every row becomes a card (`data-title` labels its cells), and
 * since that takes the table's meaning from it, the roles say what is what.
 */
export function summarySection(stories: readonly Story[], ids: readonly string[]): Html {
  const rows = stories.map(summaryRow);
  const images = allImagesSentence(stories);
  return html`<header class="all">
      <div>
        <p class="eyebrow">Rehearsals of a release</p>
        ${heading(1, summaryHeadline(stories), { kind: 'title' })}
        ${images === '' ? nothing : html`<p class="about">${images}</p>`}
      </div>
    </header>
    <div class="table">
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">Fault</th>
            ${columns.map(titleCell)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${rows.map((row, index) => tableRow(row, ids[index] ?? ''))}
        </tbody>
      </table>
    </div>`;
}

function titleCell({ title, kind }: Column): Html {
  const of = kind === number ? 'number' : title === 'Reason' ? 'reason' : '';
  return html`<th role="columnheader" scope="col" class="${of}">${title}</th>`;
}

function tableRow(row: SummaryRow, id: string): Html {
  const cells = columns.map(
    ({ title, kind, of }) =>
      html`<td role="cell" data-title="${title}" class="${kind?.(row) ?? ''}"><span>${of(row)}</span></td>`,
  );
  return html`<tr role="row">
    <th role="rowheader" scope="row"><a href="#${id}">${row.fault}</a></th>
    ${cells}
  </tr>`;
}
