import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { requireInstalled } from './deploy/installed.ts';
import { planRelease } from './deploy/plan.ts';
import { requireSam, runSam } from './deploy/sam.ts';
import { run } from './shared/run.ts';

const help = `Releases the application to AWS: builds and deploys it with your SAM CLI and your credentials.

  npm run deploy -- --stage dev
  npm run deploy -- --stage prod DeploymentType=Linear10PercentEvery1Minute AlarmEmail=ops@example.com

Parameters of template.yaml are given as Name=Value, and go before those of samconfig.toml. What neither says stays as it was
in the last release; Name= empties it. Account and region are those of your AWS CLI (AWS_PROFILE, AWS_REGION).
It is "sam build && sam deploy --config-env STAGE" with one thing more: a ReleaseId, which is another one whenever code, layer,
template or a given parameter is. Without it SAM publishes no version when only a parameter changes.

Options
  --stage NAME     dev or prod: a section of samconfig.toml
  --dry-run        say what would be run, and run nothing
  --yes            do not ask before the changes are made
  --help           this text`;

const repository = join(import.meta.dirname, '..');

run(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stage: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const commands = planRelease(repository, { stage: values.stage, parameters: positionals, yes: values.yes });
  if (!values['dry-run']) {
    requireInstalled(repository);
    await requireSam(repository);
  }
  for (const command of commands) {
    console.log(`sam ${command.map(forShell).join(' ')}`);
    if (!values['dry-run']) await runSam(command, repository);
  }
});

/** A word as a shell takes it. */
function forShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
