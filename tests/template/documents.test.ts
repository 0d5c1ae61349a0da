import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { readTemplate, repository } from './template.ts';

const template = readTemplate();
const documents = globSync(
  '{*.md,docs/**/*.md,packages/local-cloud/*.md,packages/local-cloud/docs/*.md,layers/*/*.md}',
  {
    cwd: repository,
  },
).sort();
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
