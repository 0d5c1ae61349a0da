import { parseArgs } from 'node:util';
import { describePruned, prune } from './prune/prune.ts';
import { run } from './shared/run.ts';
import { findTarget, targetHelp, targetOptions } from './shared/target.ts';

const help = `Deletes versions of functions and layers that nothing needs any more. "npm run deploy" does so after each release.

  npm run prune
  npm run prune -- --stage prod --dry-run

It keeps what an alias points to, the version before that, what the stack and the last deployments name, and the layers that
these use. While a deployment is in progress it deletes nothing.

Options
  --dry-run        say what would be deleted, and delete nothing
${targetHelp}`;

run(async () => {
  const { values } = parseArgs({ options: { ...targetOptions, 'dry-run': { type: 'boolean', default: false } } });
  if (values.help) {
    console.log(help);
    return;
  }
  const { client, stackName } = await findTarget(values);
  const dryRun = values['dry-run'];
  console.log(describePruned(await prune(client, stackName, { dryRun }), { dryRun }));
});
