import { html, nothing, type Html } from './html.ts';

/** A row of the timeline: its label and its plot. On narrow screens, the label is above the plot. */
export function lane(what: Html, drawn: Html, kind = ''): Html {
  return html`<div class="lane ${kind}">
    <div class="label">${what}</div>
    <div class="drawn">${drawn}</div>
  </div>`;
}

/** A word of a legend; kinds differ in pattern as well as in colour. */
export function swatch(kind: string, text: string): Html {
  return html`<span class="key"
    ><svg class="swatch" width="12" height="12" aria-hidden="true">
      <rect class="${kind}" width="12" height="12" rx="2" />
    </svg>
    ${text}</span
  > `;
}

export function problemList(problems: readonly string[]): Html {
  if (problems.length === 0) return nothing;
  return html`<ul class="problems">
    ${problems.map((problem) => html`<li>${problem}</li>`)}
  </ul>`;
}
