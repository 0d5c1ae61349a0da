import { createHash } from 'node:crypto';
import type { WireResponse } from '../../../wire/messages.ts';
import type { Language, Words } from './words.ts';

export type Field = {
  name: string;
  label: string;
  type: 'email' | 'password' | 'text';
  autocomplete: string;
  value?: string;
};

export type Page = {
  language: Language;
  words: Words;
  title: string;
  /** What went wrong, in Cognito's words. */
  problem?: string;
  hint?: string;
  /** Absent: there is nothing to fill in. */
  form?: { action: string; fields: readonly Field[]; hidden: Readonly<Record<string, string>>; submit: string };
  link?: { href: string; text: string };
  /** Origins that a form's answer may redirect to: a browser applies `form-action` to them too. */
  redirectsTo: readonly string[];
};

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f4f4f2, #161615); color: light-dark(#1f1e1c, #ecebe7); }
main { width: min(24rem, calc(100vw - 2rem)); padding: 2rem; box-sizing: border-box; border-radius: 12px; background: light-dark(#fff, #222120); }
h1 { font-size: 1.375rem; margin: 0 0 1.25rem; }
label { display: block; margin-bottom: 1rem; }
input { display: block; width: 100%; box-sizing: border-box; min-height: 44px; margin-top: .25rem; padding: 0 .75rem; font: inherit; border: 1px solid light-dark(#8a8883, #77756f); border-radius: 6px; background: transparent; color: inherit; }
button { width: 100%; min-height: 44px; font: inherit; font-weight: 600; border: 0; border-radius: 6px; background: light-dark(#2f5d50, #9cc7b6); color: light-dark(#fff, #141413); cursor: pointer; }
a { color: inherit; }
[role=alert] { margin: 0 0 1rem; padding: .75rem; border-radius: 6px; background: light-dark(#fbe9e7, #4a2320); }
footer { margin-top: 1.5rem; font-size: .8125rem; opacity: .75; }`;

const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** A page of managed login. Every text in it is escaped; it runs no script and is shown in no frame. */
export function page(content: Page, { status = 200, cookie }: { status?: number; cookie?: string } = {}): WireResponse {
  const { language, words, title, problem, hint, form, link, redirectsTo } = content;
  const html = `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${style}</style>
<main>
<h1>${escape(title)}</h1>
${problem === undefined ? '' : `<p role="alert">${escape(problem)}</p>`}
${hint === undefined ? '' : `<p>${escape(hint)}</p>`}
${form === undefined ? '' : formHtml(form)}
${link === undefined ? '' : `<p><a href="${escape(link.href)}">${escape(link.text)}</a></p>`}
<footer>${escape(words.where)}</footer>
</main>
</html>
`;
  const policy = `default-src 'none'; style-src ${styleHash}; form-action 'self' ${redirectsTo.join(' ')}; base-uri 'none'; frame-ancestors 'none'`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy.replaceAll(/\s+;/g, ';'),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...(cookie !== undefined && { 'set-cookie': cookie }),
    },
    body: html,
  };
}

function formHtml({ action, fields, hidden, submit }: NonNullable<Page['form']>): string {
  const inputs = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  );
  const labels = fields.map(
    ({ name, label, type, autocomplete, value = '' }) =>
      `<label>${escape(label)}<input name="${name}" type="${type}" autocomplete="${autocomplete}" value="${escape(value)}" required></label>`,
  );
  return `<form method="post" action="${escape(action)}">\n${[...inputs, ...labels].join('\n')}\n<button>${escape(submit)}</button>\n</form>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
