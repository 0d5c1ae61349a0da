import type { Story } from '../../story.ts';
import { firstRollback } from '../../judge/reading.ts';
import { linePath, niceTop } from '../scale.ts';
import { count } from '../words.ts';
import { label, path, plot, stretched, type Axis } from './axis.ts';
import { html, nothing, type Html } from './html.ts';
import { lane, swatch } from './lane.ts';

/** How it begins, also where the first look came later. */
const NOTHING = { at: 0, sent: 0, right: 0, wrong: 0 };

const ALL = 64;
const WRONG = 40;

/** The images that were uploaded meanwhile: how many, how many of them are right, and, on a scale of its own, how many wrong. */
export function uploadPlots(story: Story, axis: Axis, id: string): Html {
  const { uploads } = story;
  const at = firstRollback(story);
  const mark = at === undefined ? undefined : { at, text: '' };
  const last = uploads.course.at(-1);
  // As it was last seen, so it was until the end.
  const course = last === undefined ? [] : [NOTHING, ...uploads.course, { ...last, at: axis.end }];
  const top = niceTop(Math.max(1, ...course.map(({ sent }) => sent)));
  const most = Math.max(0, ...course.map(({ wrong }) => wrong));
  const line = (of: (one: (typeof course)[number]) => number, height: number, max: number): string =>
    linePath(course.map((one) => ({ x: axis.along(one.at), y: height - (of(one) / max) * (height - 1) })));
  const area = (d: string, height: number): string => {
    const [first, last] = [course[0], course.at(-1)];
    return first === undefined || last === undefined
      ? ''
      : `${d}L${String(axis.along(last.at))} ${String(height)}L${String(axis.along(first.at))} ${String(height)}Z`;
  };
  const [sent, right, wrong] = [
    line((one) => one.sent, ALL, top),
    line((one) => one.right, ALL, top),
    line((one) => one.wrong, WRONG, Math.max(1, most)),
  ];
  return html`${lane(
    html`<p class="what">Images uploaded</p>
      <p>${swatch('sent', `${String(uploads.sent)} sent`)}${swatch('right', `${String(uploads.right)} right`)}</p>`,
    plot({
      axis,
      id: `${id}-all`,
      title: 'Images uploaded and images right',
      description: `${count(uploads.sent, 'image')} sent, ${String(uploads.right)} right in the end, ${String(uploads.waiting)} waiting, ${String(uploads.lost)} lost.`,
      height: ALL + 1,
      mark,
      content: [
        stretched(ALL, [
          path('sent', area(sent, ALL)),
          path('sent line', sent),
          path('right', area(right, ALL)),
          path('right line', right),
        ]),
        label('0', 2, 11, 'start', String(top), 'soft'),
      ],
    }),
    'first',
  )}${
    most === 0
      ? nothing
      : lane(
          html`<p class="what">Images wrong</p>
            <p>${swatch('wrong', `at most ${String(most)}, ${String(uploads.wrong)} in the end`)}</p>`,
          plot({
            axis,
            id: `${id}-wrong`,
            title: 'Images that were wrong',
            description: `At most ${String(most)} at once, ${String(uploads.wrong)} in the end.`,
            height: WRONG + 1,
            mark,
            content: [
              stretched(WRONG, [path('wrong', area(wrong, WRONG)), path('error-line line', wrong)]),
              label('0', 2, 11, 'start', String(most), 'soft'),
            ],
          }),
        )
  }`;
}
