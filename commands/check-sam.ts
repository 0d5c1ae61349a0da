import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeBuild } from './check-sam/built.ts';
import { checkEnvironments } from './check-sam/environments.ts';
import { installSamCli } from './check-sam/sam-cli.ts';
import { tally, type Check } from './check-sam/tally.ts';
import { run } from './shared/run.ts';

const help = `Asks the real SAM CLI whether it takes template.yaml and the stacks nested in it: validates, lints, transforms and builds them for
both architectures.

  npm run check:sam

Then tests/sam compares what SAM's transform makes of the templates with what the local cloud makes of them.

Needs Python 3.10 or newer (with venv) and PyPI once; no AWS account, no Docker.`;

const repository = join(import.meta.dirname, '..');

run(async () => {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) {
    console.log(help);
    return;
  }
  const sam = await installSamCli(join(repository, 'node_modules', '.cache'));
  const builds = join(repository, '.local', 'check-sam');
  rmSync(builds, { recursive: true, force: true });
  mkdirSync(builds, { recursive: true });
  // Lambda's folder has no package.json, so a bundle is CommonJS there. Here the repository's own would make it a module.
  writeFileSync(join(builds, 'package.json'), '{ "type": "commonjs" }\n');

  const { check, passed, failed } = tally();
  await checkEnvironments(check, { sam, repository, scratch: builds, nested: nestedTemplates() });
  for (const file of ['template.yaml', ...nestedTemplates()])
    await transforms(check, file, (script) => sam.python([script, file], { cwd: repository }));
  for (const architecture of ['arm64', 'x86_64'] as const) {
    const folder = join(builds, architecture);
    const built = await check(`sam build succeeds for ${architecture}`, async () => {
      const overrides = ['--parameter-overrides', `Architecture=${architecture}`];
      await sam.run(['build', '--build-dir', folder, ...overrides], { cwd: repository });
    });
    if (built) await judgeBuild(check, { architecture, folder, functions: functionFolders() });
  }

  console.log(`\n${String(passed())} passed, ${String(failed())} failed`);
  if (failed() > 0) process.exitCode = 1;
});

/** What SAM's transform makes of a template, checked in Python because SAM's translator is Python. */
async function transforms(check: Check, file: string, python: (script: string) => Promise<string>): Promise<void> {
  let findings: Record<string, string> = {};
  await check(`the SAM transform takes ${file} for every stage and architecture`, async () => {
    findings = JSON.parse(await python(join(import.meta.dirname, 'check-sam', 'transform.py'))) as typeof findings;
  });
  for (const [title, problem] of Object.entries(findings)) {
    await check(`${file}: ${title}`, () => {
      if (problem !== '') throw new Error(problem);
    });
  }
}

function nestedTemplates(): string[] {
  const folder = join(repository, 'stacks');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];
  return names.map((name) => join('stacks', name));
}

function functionFolders(): string[] {
  return readdirSync(join(repository, 'functions')).filter((name) => name !== 'shared');
}
