import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startOwnCloud } from '../rehearse/target/own-cloud.ts';
import type { SamCli } from './sam-cli.ts';
import type { Check } from './tally.ts';

/** The environments of samconfig.toml, and the stack that each of them is about. */
const environments = {
  default: 'serverless-thumbnails-dev',
  dev: 'serverless-thumbnails-dev',
  prod: 'serverless-thumbnails-prod',
  local: 'serverless-thumbnails',
};

/** What an SDK wants to see before it calls anything. The local cloud takes any; nothing else is called. */
const credentials = { AWS_ACCESS_KEY_ID: 'check-sam', AWS_SECRET_ACCESS_KEY: 'check-sam', AWS_MAX_ATTEMPTS: '1' };

/** `nested`: the templates of nested stacks, which SAM lints only by name. Relative to the repository. */
type Place = { sam: SamCli; repository: string; scratch: string; nested: readonly string[] };

/** Runs the README's `sam` commands as they are typed, in each environment of samconfig.toml that they make sense in. */
export async function checkEnvironments(check: Check, { sam, repository, scratch, nested }: Place): Promise<void> {
  async function lints(...args: readonly string[]): Promise<void> {
    await check(`sam validate ${args.join(' ')} lints and finds nothing`, async () => {
      const said = await sam.run(['validate', ...args], { cwd: repository });
      // Without the linter SAM says that "this is according to basic SAM Validation".
      if (/basic SAM Validation/.test(said)) throw new Error(`The linter did not run:\n${said}`);
    });
  }

  // SAM looks for samconfig.toml beside the template, and so finds none of these.
  for (const file of nested) await lints('--lint', '--template', file);
  for (const environment of Object.keys(environments)) {
    await lints('--config-env', environment);
    const folder = join(scratch, 'environments', environment);
    await check(`sam build${option(environment)} succeeds`, async () => {
      await sam.run(['build', '--config-env', environment, '--build-dir', folder], { cwd: repository });
    });
  }
  for (const [environment, stackName] of Object.entries(environments).filter(([name]) => name !== 'default')) {
    await check(`sam list resources${option(environment)} lists what ${stackName} holds`, async () => {
      const cloud = await startOwnCloud({ speed: 1, stackName }, new AbortController().signal);
      try {
        const listed = await sam.run(['list', 'resources', '--config-env', environment, '--output', 'json'], {
          cwd: repository,
          env: { ...credentials, AWS_ENDPOINT_URL: cloud.endpoint },
        });
        const resources = JSON.parse(listed) as { LogicalResourceId: string; PhysicalResourceId: string }[];
        const uploads = resources.find(({ LogicalResourceId: id }) => id === 'UploadsBucket')?.PhysicalResourceId;
        if (uploads !== `${stackName}-uploads-000000000000-us-east-1`)
          throw new Error(`UploadsBucket is listed as ${uploads ?? 'nothing'}:\n${listed}`);
      } finally {
        await cloud.close();
      }
    });
  }
  await check('sam sync --config-env dev builds what it would deploy', async () => {
    const folder = join(scratch, 'sync');
    mkdirSync(folder, { recursive: true });
    const args = ['sync', '--template-file', join(repository, 'template.yaml'), '--config-env', 'dev', '--no-watch'];
    // A bucket that is named is not looked for; the first upload then fails, since nothing listens on port 9.
    const ending = await sam
      .run([...args, '--s3-bucket', 'not-reached'], {
        cwd: folder,
        env: { ...credentials, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
        input: 'Y\n',
      })
      .then(
        () => 'it ended well, although there is nothing to deploy to',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
    if (!/^Build Succeeded$/m.test(ending) || !/Unable to upload artifact/.test(ending)) throw new Error(ending);
  });
}

function option(environment: string): string {
  return environment === 'default' ? '' : ` --config-env ${environment}`;
}
