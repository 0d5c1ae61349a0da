import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { repository } from './template.ts';

// What the table "Add a …" of CONTRIBUTING.md names, and no other test would miss.

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const foldersOf = (path: string): string[] =>
  readdirSync(join(repository, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
const filesOf = (path: string): string[] =>
  readdirSync(join(repository, path), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

test('every file that the table names exists', () => {
  const table = read('CONTRIBUTING.md')
    .split('\n')
    .filter((line) => line.startsWith('| **'));
  const named = table.flatMap((row) =>
    [...row.matchAll(/`((?:commands|functions|packages|tests)\/[\w./-]*|[\w.-]+\.(?:yaml|json|config\.js|md))`/gu)].map(
      ([, path = '']) => path,
    ),
  );
  // Of the table's examples: a function count-images, a command count, a service NAME.
  const missing = named.filter((path) => !/\bcount\b|NAME/.test(path) && !existsSync(join(repository, path)));
  expect(table).toHaveLength(6);
  expect(named.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});

const unitTests = globSync('tests/unit/**/*.ts', { cwd: repository });

describe.each(foldersOf('functions').filter((name) => name !== 'shared'))('the function %s', (name) => {
  test('has unit tests, in a folder of its name or of several functions', () => {
    const hasFolder = unitTests.some((path) => path.startsWith(join('tests', 'unit', name, '/')));
    expect(hasFolder || unitTests.some((path) => read(path).includes(`/functions/${name}/`))).toBe(true);
  });

  test('has a command for its container in README.md', () => {
    expect(read('README.md')).toMatch(new RegExp(String.raw`^\| ${name} \| .npm run sam-local -- invoke `, 'mu'));
  });

  test('has rules for what its logic imports, unless it is a handler alone', () => {
    const hasLogic = filesOf(`functions/${name}`).some((file) => !['handler.ts', 'bind.ts'].includes(file));
    const rules = read('eslint.config.js');
    expect(hasLogic).toBe(rules.includes(`'${name}'`) || rules.includes(`functions/${name}/`));
  });
});

describe.each(filesOf('commands').filter((file) => read(`commands/${file}`).includes('\nrun(async ')))(
  'the command %s',
  (file) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
    const names = Object.keys(scripts).filter((name) => scripts[name]?.includes(` commands/${file}`));

    test('is a script of package.json', () => {
      expect(names).not.toEqual([]);
    });

    test('is named in README.md or CONTRIBUTING.md', () => {
      const documents = read('README.md') + read('CONTRIBUTING.md');
      expect(names.filter((name) => !new RegExp(String.raw`npm (?:run )?${name}\b`, 'u').test(documents))).toEqual([]);
    });
  },
);

/** By what clients sign for, where that is another name; undefined: it has no API that a client could call. */
const signingNames: Readonly<Record<string, string | undefined>> = {
  cloudwatch: 'monitoring',
  cognito: 'cognito-idp',
  eventbridge: 'events',
  apigateway: undefined,
  xray: undefined,
};

describe.each(foldersOf('packages/local-cloud/src/services'))('the service %s of the local cloud', (name) => {
  const workspace = 'packages/local-cloud';

  test('has tests, and a row in the README that names them', () => {
    // X-Ray only receives; tests/runtime and tests/lambda read what came.
    if (name === 'xray') return;
    expect(filesOf(`${workspace}/tests/${name}`).filter((file) => file.endsWith('.test.ts'))).not.toEqual([]);
    expect(read(`${workspace}/README.md`)).toMatch(new RegExp(String.raw`^\|.*.tests/${name}.`, 'mu'));
  });

  test('is among those whose every operation is tried', () => {
    const signingName = name in signingNames ? signingNames[name] : name;
    if (signingName === undefined) return;
    const clients = read(`${workspace}/tests/nothing-ignored/clients.ts`);
    expect(clients).toMatch(new RegExp(String.raw`^  '?${signingName}'?: \[`, 'mu'));
  });
});
