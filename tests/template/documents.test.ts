import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { readTemplate, repository } from './template.ts';

const template = readTemplate();
/** Folders whose documents are not ours, or are copies. */
const foreign = new Set(['node_modules', '.git', '.aws-sam', '.local', 'dist']);
const documents = globSync('**/*.md', {
  cwd: repository,
  exclude: (path) => foreign.has(basename(path)),
}).sort();
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

/** The anchors that GitHub gives a document's headings. */
function anchorsOf(path: string): string[] {
  const headings = read(path).matchAll(/^#+ (.*)$/gmu);
  return [...headings].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(documents)('what %s links to is there, and so is the heading that it names', (document) => {
  const dead = [...read(document).matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)/gu)].filter(
    ([, path = '', anchor]) => {
      const target = path === '' ? document : relative(repository, join(repository, dirname(document), path));
      if (!existsSync(join(repository, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    },
  );
  expect(dead.map(([link]) => link)).toEqual([]);
});

test("the runbook's commands name resources of the template, or those that SAM makes for a release", () => {
  const runbook = read(join('docs', 'runbook.md'));
  const made = [
    'ServerlessDeploymentApplication',
    ...Object.keys(template.Resources).map((id) => `${id}DeploymentGroup`),
  ];
  const known = new Set([...Object.keys(template.Resources), ...made]);
  const named = [...runbook.matchAll(/\$\(id (\w+)\)/gu)].map(([, id = '']) => id);
  const logged = [...runbook.matchAll(/`log (\w+)/gu)].map(([, name = '']) => `${name}LogGroup`);
  expect(named.length).toBeGreaterThan(5);
  expect(logged.length).toBeGreaterThan(5);
  expect([...named, ...logged].filter((id) => !known.has(id))).toEqual([]);
});

/** Columns: so that two documents, or a document and its change, fit side by side. */
const WIDEST = 100;

/**
 * The lines of prose that are wider, with their numbers. Tables, headings, HTML and code cannot be wrapped; nor can a line that is
 * one piece of inline code or one link, with a list's marker before it and punctuation round it.
 */
function tooWide(text: string): string[] {
  let fenced = false;
  let code = false;
  return text.split('\n').flatMap((line, index, lines) => {
    const isFence = /^\s*```/.test(line);
    if (isFence) fenced = !fenced;
    const above = lines[index - 1] ?? '';
    code = line === '' ? code && above === '' : /^ {4}/.test(line) && (code || above === '');
    if (isFence || fenced || code || line.length <= WIDEST || /^\s*(\||#|<)/.test(line)) return [];
    const breakable = line
      .replace(/^\s*(?:[-*+]|\d+\.) /, '')
      .trim()
      .replaceAll(/(`+).+?\1|\]\([^)]*\)/g, '');
    return /\s/.test(breakable) ? [`${index + 1}: ${line}`] : [];
  });
}

test.each(documents)(`%s has no line of prose that is wider than ${WIDEST} columns`, (document) => {
  expect(tooWide(read(document))).toEqual([]);
});

test('a line of prose is too wide; a table, a code block and a line that cannot be broken are not', () => {
  const words = 'a word and '.repeat(10);
  const long = `\`${words}\``;
  expect(tooWide(words)).toEqual([`1: ${words}`]);
  expect(tooWide(`- ${words}`)).toHaveLength(1);
  expect(tooWide(`text\n    ${words}`)).toHaveLength(1);
  expect(tooWide(`[${words}](x)`)).toHaveLength(1);
  expect(tooWide(`${long} and ${long}`)).toHaveLength(1);
  expect(tooWide(`\`\`\`\n${words}\n\`\`\`\n${words}`)).toEqual([`4: ${words}`]);
  const fine = [`| ${words} |`, `# ${words}`, `text\n\n    code\n\n    ${words}`, `- ${long}.`];
  expect(fine.flatMap(tooWide)).toEqual([]);
});
