import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChecks } from './deploy/checks.ts';
import { connect, readStack, type DeployedStack } from './deploy/deployed-stack.ts';
import { requireInstalled } from './deploy/installed.ts';
import { commandsOf, planRelease, type Plan } from './deploy/plan.ts';
import { configuredStack } from './deploy/sam-config.ts';
import { requireSam, runSam } from './deploy/sam.ts';
import { run } from './shared/run.ts';

const help = `Releases the application to AWS: builds and deploys it with your SAM CLI and your credentials.

  npm run deploy -- --stage dev
  npm run deploy -- --stage prod DeploymentType=Linear10PercentEvery1Minute AlarmEmail=ops@example.com

Parameters of template.yaml are given as Name=Value, and go before those of samconfig.toml. What neither says stays as it was
in the last release; Name= empties it. Account and region are those of your AWS CLI (AWS_PROFILE, AWS_REGION).
It is "sam build && sam deploy --config-env STAGE" with one thing more: a ReleaseId, which is another one whenever code, layer,
template or a given parameter is. Without it SAM publishes no version when only a parameter changes. After a release that was
rolled back, the same release again gets another id too: Lambda would publish nothing for the same one.
Before that it reads the stack, and says what to do first where CloudFormation or CodeDeploy would refuse the deployment.

Options
  --stage NAME     dev or prod: a section of samconfig.toml
  --dry-run        say what would be run, and run nothing; asks AWS nothing either, so the ReleaseId may be another one
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
  const plan = planRelease(repository, { stage: values.stage, parameters: positionals });
  let stack: DeployedStack | undefined;
  if (!values['dry-run']) {
    requireInstalled(repository);
    await requireSam(repository);
    stack = await checkedStack(plan);
  }
  for (const command of commandsOf(repository, plan, { yes: values.yes, stack })) {
    console.log(`sam ${command.map(forShell).join(' ')}`);
    if (!values['dry-run']) await runSam(command, repository);
  }
});

/** The stack that is to be updated. Throws UsageError where the deployment would be refused, and says what to do first. */
async function checkedStack({ stage, parameters }: Plan): Promise<DeployedStack | undefined> {
  const { stackName, region } = configuredStack(readFileSync(join(repository, 'samconfig.toml'), 'utf8'), stage);
  const aws = connect(region);
  const stack = await readStack(aws, stackName);
  await runChecks({ stage, parameters, stack, aws });
  return stack;
}

/** A word as a shell takes it. */
function forShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
