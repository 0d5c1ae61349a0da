/** Calm: one ink, one accent (the new version), red and green only for what is wrong and right, and never colour alone. */
const light = `
  --paper: #fbfaf7; --card: #ffffff; --ink: #1d1f24; --soft: #5b5e68; --line: #e0ddd4;
  --old: #c3c7d0; --old-edge: #8b91a0; --new: #2f62d0; --on-new: #ffffff;
  --good: #176a45; --good-fill: #d5ecdf; --bad: #b3261e; --bad-fill: #f8d9d4; --sent: #e8e4d9; --sent-edge: #8a8474;`;
const dark = `
  --paper: #14161a; --card: #1b1e24; --ink: #eceae5; --soft: #a6aab5; --line: #2f333c;
  --old: #454b58; --old-edge: #8790a3; --new: #82a9ff; --on-new: #0d1424;
  --good: #79d6a9; --good-fill: #1d4433; --bad: #ff9488; --bad-fill: #5a2621; --sent: #33353a; --sent-edge: #9a978e;`;

export const style = `
:root {${light}
  --serif: ui-serif, Charter, "Iowan Old Style", "Source Serif 4", "Palatino Linotype", Georgia, "DejaVu Serif", serif;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Inter, Roboto, "Helvetica Neue", "Liberation Sans", sans-serif;
}
@media screen and (prefers-color-scheme: dark) { :root {${dark} } }
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 16px/1.55 var(--sans); -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; }
main, footer { max-width: 68rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
main { padding-top: clamp(1.5rem, 5vw, 3.5rem); }
p, h1, h2, h3, h4, h5, dl, dd, ol, ul, figure { margin: 0; padding: 0; }
h1, h2, h3, h4, h5 { overflow-wrap: anywhere; }
.title { font: 600 clamp(1.6rem, 1.1rem + 2.2vw, 2.5rem)/1.2 var(--serif); letter-spacing: -0.012em; text-wrap: balance; }
h2.title { font-size: clamp(1.4rem, 1.1rem + 1.5vw, 2rem); }
.part { font: 600 1.35rem/1.3 var(--serif); margin-bottom: 0.4rem; }
.name { font-size: 0.95rem; line-height: 1.35; }
a { color: inherit; text-decoration-color: var(--old-edge); text-underline-offset: 0.18em; }
a:focus-visible, input:focus-visible { outline: 2px solid var(--new); outline-offset: 3px; border-radius: 2px; }
code { font: 0.86em ui-monospace, "Cascadia Mono", Menlo, "DejaVu Sans Mono", monospace; }
p, li, td, figcaption, dd, output, code { overflow-wrap: anywhere; }
tbody th { overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.good { color: var(--good); }
.bad { color: var(--bad); }
.defs { position: absolute; }

article { margin-bottom: 4.5rem; scroll-margin-top: 1rem; }
article + article { border-top: 1px solid var(--line); padding-top: 3.5rem; }
section { margin-top: 3rem; }
header { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 1.5rem 3rem; align-items: center; }
header > div { max-width: 40rem; }
.eyebrow { color: var(--soft); font-size: 0.95rem; margin-bottom: 0.9rem; }
.verdict { font-weight: 700; font-size: 1.02rem; margin-bottom: 0.35rem; }
.about { margin-top: 0.9rem; font-size: 1.06rem; }
.why { margin-top: 0.6rem; color: var(--soft); font-size: 0.95rem; }
.problems { margin-top: 1rem; padding: 0.7rem 1rem 0.7rem 2rem; border-left: 3px solid var(--bad); background: var(--card); }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.6rem, 1fr)); gap: 1.1rem 1.5rem; margin-top: 2.2rem; padding: 1.2rem 0; border: solid var(--line); border-width: 1px 0; }
.figures div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dd { font: 600 1.7rem/1.2 var(--serif); font-variant-numeric: tabular-nums lining-nums; white-space: nowrap; }
.figures dt { color: var(--soft); font-size: 0.87rem; line-height: 1.4; }

.pair { display: flex; gap: 1rem; align-items: flex-start; }
.framed { flex: 1 1 0; min-width: 0; }
.framed p { font-size: 0.84rem; line-height: 1.4; margin-top: 0.4rem; color: var(--soft); }
.framed b { display: block; color: var(--ink); }
.mat { display: flex; align-items: flex-end; }
.mat img { display: block; max-width: 100%; height: auto; border-radius: 3px; box-shadow: 0 0 0 1px var(--line); }
.none { display: grid; place-items: center; width: 100%; min-height: 5rem; border: 1px dashed var(--old-edge); border-radius: 3px; color: var(--soft); font-size: 0.84rem; }
.telling { width: 29rem; max-width: 100%; }
.telling figcaption { margin-top: 0.3rem; font-size: 0.84rem; color: var(--soft); }
.telling img { width: 100%; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18.5rem, 100%), 1fr)); gap: 1rem; margin-top: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 0.9rem 1rem; break-inside: avoid; }
.card figcaption { display: grid; gap: 0.15rem; margin-top: 0.6rem; padding-top: 0.55rem; border-top: 1px solid var(--line); font-size: 0.88rem; line-height: 1.45; }
.findings + .findings { margin-top: 2rem; }
.findings > .soft { margin-top: 0.9rem; font-size: 0.88rem; }
summary { margin-top: 1rem; cursor: pointer; color: var(--soft); }
.failures { margin: 0.3rem 0 0 1.2rem; }

.lanes { position: relative; margin-top: 1.2rem; }
.lane { display: grid; grid-template-columns: 15.5rem minmax(0, 1fr); column-gap: 1.25rem; align-items: start; }
.lane + .lane { margin-top: 0.7rem; }
.lane + .first, .alarm + .first { margin-top: 1.8rem; }
.alarm + .alarm, .group + .alarm { margin-top: 0; }
.label { font-size: 0.84rem; line-height: 1.4; color: var(--soft); min-width: 0; }
.label .name, .label .what { color: var(--ink); font-weight: 600; }
.label .fired { color: var(--bad); }
.alarm .label { font-size: 0.8rem; line-height: 18px; }
.group { margin-top: 1.6rem; margin-bottom: 0.3rem; font-size: 0.88rem; font-weight: 600; }
.alarm + .group { margin-top: 0.8rem; }
.key { display: inline-block; margin-right: 0.6rem; }
.swatch { vertical-align: -1px; }
.plot { display: block; width: 100%; overflow: hidden; font: 12px var(--sans); font-variant-numeric: tabular-nums; }
.plot text { fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
.plot text.soft { fill: var(--soft); }
.plot text.bad { fill: var(--bad); }
.plot text.strong { font-weight: 600; }
.plot text.on-new { fill: var(--on-new); stroke: none; }
.plot text.halo { stroke-width: 8px; }
.stage ~ text { stroke: none; }
.grid { stroke: var(--line); }
.base { stroke: var(--old-edge); }
.mark { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 4 3; }
.line { fill: none; stroke-width: 2px; vector-effect: non-scaling-stroke; }
path.old, rect.old { fill: var(--old); fill-opacity: 0.45; }
path.old.bars, rect.old { fill-opacity: 1; }
path.new:not(.line), rect.new { fill: var(--new); }
path.new.line { stroke: var(--new); }
rect.error, .firing { fill: url(#hatch); }
rect.error-old { fill: var(--bad); }
path.wrong, rect.wrong { fill: var(--bad-fill); }
rect.wrong { stroke: var(--bad); }
path.error-line { stroke: var(--bad); }
path.sent:not(.line), rect.sent { fill: var(--sent); }
rect.sent { stroke: var(--sent-edge); }
path.sent.line { stroke: var(--sent-edge); stroke-dasharray: 3 2; }
path.right:not(.line), rect.right { fill: var(--good-fill); }
rect.right { stroke: var(--good); }
path.right.line { stroke: var(--good); }
.stage { fill: var(--sent); stroke: var(--sent-edge); }
.stage.succeeded { fill: var(--good-fill); stroke: var(--good); }
.stage.failed { fill: var(--bad-fill); stroke: var(--bad); }
.ok { stroke: var(--good); stroke-width: 2; }
.no-data { stroke: var(--old-edge); stroke-width: 2; stroke-dasharray: 1 4; }
.firing { stroke: var(--bad); }
.hatch-ground { fill: var(--bad-fill); }
.hatch-line { fill: var(--bad); }
.hair { position: absolute; top: 0; bottom: 20px; width: 1px; background: var(--ink); opacity: 0.55; pointer-events: none; }
.read-out { margin-top: 0.3rem; }
.read-out[hidden] { display: none; }
input[type="range"] { display: block; width: calc(100% + 16px); margin: 0 -8px; accent-color: var(--new); }
output { display: block; min-height: 6.2em; white-space: pre-line; font-size: 0.84rem; line-height: 1.5; color: var(--soft); font-variant-numeric: tabular-nums; }

.notes { list-style: none; display: grid; gap: 0.35rem; }
.notes li { display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); gap: 0.9rem; }
.notes time { text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; }

.table { margin: 1.8rem 0 4.5rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
table, thead, tbody, th, td { display: block; }
tr { display: grid; grid-template-columns: minmax(6.3rem, 1fr) 5.6rem 3.6rem minmax(6.5rem, 1.7fr) 4.2rem 3.6rem 2.4rem 3.4rem 5.2rem; column-gap: clamp(0.4rem, 1.2vw, 0.8rem); row-gap: 0.2rem; padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
th, td { padding: 0; text-align: left; line-height: 1.4; grid-row: 1; min-width: 0; }
td.reason { grid-row: 2; grid-column: 2 / -1; color: var(--soft); }
td.reason.none { display: none; }
th.reason { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
thead th { color: var(--soft); font-weight: 600; font-size: 0.84rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number, td:last-child { white-space: nowrap; }
td:last-child { font-weight: 600; }

.explain dl { columns: 3 17rem; column-gap: 2.2rem; margin-top: 0.8rem; }
.explain div { break-inside: avoid; margin-bottom: 1.1rem; }
.explain dt { font-weight: 600; }
.explain dd { color: var(--soft); font-size: 0.94rem; }
.explain { border-top: 1px solid var(--line); padding-top: 2rem; }
footer { color: var(--soft); font-size: 0.86rem; padding-top: 2rem; padding-bottom: 3rem; }

@media (max-width: 56rem) {
  header { grid-template-columns: minmax(0, 1fr); }
}
@media screen and (max-width: 49.9rem) {
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr { display: block; padding: 0.8rem 0; }
  tbody th, tbody td, tbody td.number { padding: 0.12rem 0; text-align: left; }
  tbody th { font-size: 1.05rem; }
  tbody td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.6rem; }
  tbody td.reason { color: inherit; }
  tbody td::before { content: attr(data-title); color: var(--soft); font-weight: 400; }
}
@media (max-width: 44rem) {
  .lane { grid-template-columns: minmax(0, 1fr); row-gap: 0.25rem; }
  .lane + .lane { margin-top: 1rem; }
  .alarm + .alarm, .group + .alarm { margin-top: 0.1rem; }
  .alarm { row-gap: 0; }
  .label .name, .label .name + p { display: inline; }
  .label .name + p { margin-left: 0.6rem; }
  .plot { font-size: 11px; }
}
@media (max-width: 26rem) {
  .plot { font-size: 10px; }
}
@media print {
  html { font-size: 12px; }
  main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  .read-out, .hair { display: none; }
  .lane, .notes li, tr { break-inside: avoid; }
  article + article { break-before: page; }
  .part { break-after: avoid; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
`;
