import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { afterFailure, afterSuccess } from './deploy/afterwards.ts';
import { runChecks } from './deploy/checks.ts';
import { clientConfig, connect, readStack } from './deploy/deployed-stack.ts';
import { requireInstalled } from './deploy/installed.ts';
import { commandsOf, planRelease } from './deploy/plan.ts';
import { configuredStack } from './deploy/sam-config.ts';
import { requireSam, runSam } from './deploy/sam.ts';
import { run } from './shared/run.ts';
import { UsageError } from './shared/target.ts';

const help = `Releases the application to AWS: builds and deploys it with your SAM CLI and your credentials.

  npm run deploy -- --stage dev
  npm run deploy -- --stage prod DeploymentType=Linear10PercentEvery1Minute AlarmEmail=ops@example.com

Parameters of template.yaml are given as Name=Value, and go before those of samconfig.toml. What neither says stays as it was
in the last release; Name= empties it. Account and region are those of your AWS CLI (AWS_PROFILE, AWS_REGION).
It is "sam build && sam deploy --config-env STAGE" with one thing more: a ReleaseId, which is another one whenever code, layer,
template or a given parameter is. Without it SAM publishes no version when only a parameter changes. After a release that was
rolled back, the same release again gets another id too: Lambda would publish nothing for the same one.
Before that it reads the stack, and says what to do first where CloudFormation or CodeDeploy would refuse the deployment.

After a release, versions of functions and layers that nothing needs any more are deleted ("npm run prune -- --help" says which).
In prod the table is then protected against deletion. It is not while the stack is being created: if that fails, CloudFormation
removes all that it made, a protected table would stop it, and the stack would be stuck in ROLLBACK_FAILED.

Options
  --stage NAME     dev or prod: a section of samconfig.toml
  --dry-run        say what would be run, and run nothing; asks AWS nothing either, so the ReleaseId may be another one
  --yes            do not ask before the changes are made
  --no-prune       keep every old version of functions and layers; "npm run prune -- --stage NAME" deletes them later
  --help           this text`;

const repository = join(import.meta.dirname, '..');

run(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stage: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      'no-prune': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const plan = planRelease(repository, { stage: values.stage, parameters: positionals });
  if (values['dry-run']) {
    for (const command of commandsOf(repository, plan, { yes: values.yes, stack: undefined })) show(command);
    return;
  }
  requireInstalled(repository);
  await requireSam(repository);
  const { stackName, region } = configuredStack(readFileSync(join(repository, 'samconfig.toml'), 'utf8'), plan.stage);
  const client = clientConfig(region);
  const aws = connect(client);
  const stack = await readStack(aws, stackName);
  await runChecks({ ...plan, stack, aws });
  const [build = [], deploy = []] = commandsOf(repository, plan, { yes: values.yes, stack });
  show(build);
  await runSam(build, repository);
  show(deploy);
  try {
    await runSam(deploy, repository);
  } catch (error) {
    // If AWS cannot be asked, what SAM said is all there is to say.
    const next = await afterFailure({ aws, stackName }, { wasFirst: stack === undefined }).catch(() => '');
    throw new UsageError([(error as Error).message, next].join('\n').trim(), { cause: error });
  }
  const said = await afterSuccess({ aws, client, stackName, stage: plan.stage }, { prunes: !values['no-prune'] });
  for (const text of said) console.log(text);
});

function show(command: readonly string[]): void {
  console.log(`sam ${command.map(forShell).join(' ')}`);
}

/** A word as a shell takes it. */
function forShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
