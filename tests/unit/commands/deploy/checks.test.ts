import { describe, expect, test } from '@jest/globals';
import type { Check } from '../../../../commands/deploy/checks/check.ts';
import { concurrencyFits } from '../../../../commands/deploy/checks/concurrency-fits.ts';
import { deploymentTypeExists } from '../../../../commands/deploy/checks/deployment-type-exists.ts';
import { connect } from '../../../../commands/deploy/deployed-stack.ts';
import { deploymentTypes } from '../../../../commands/shared/deployment-types.ts';
import { readTemplate, resource } from '../../../template/template.ts';
import { smallAws, type SmallAccount } from './small-aws.ts';

type Given = { stage?: string; parameters?: Record<string, string>; last?: Record<string, string> };

async function problems(
  check: Check,
  { stage = 'prod', parameters = {}, last }: Given,
  account: SmallAccount = {},
): Promise<string> {
  const { endpoint, end } = await smallAws(() => undefined, account);
  const client = { endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const aws = connect(client);
  const resources = [{ logicalId: 'GenerateThumbnailsFunction', physicalId: 'ours', type: 'AWS::Lambda::Function' }];
  const stack = last && { name: 's', status: 'UPDATE_COMPLETE', parameters: last, updatedAt: '', resources };
  try {
    return (await check({ stage, parameters, stack, aws })).join('\n');
  } finally {
    for (const one of Object.values(aws)) one.destroy();
    await end();
  }
}

describe('the concurrency', () => {
  const fits = (given: Given, account?: SmallAccount): Promise<string> => problems(concurrencyFits, given, account);

  test('fits, by default, an account of a thousand, and dev an account of ten', async () => {
    expect(await fits({ stage: 'prod' })).toBe('');
    expect(await fits({ stage: 'dev' }, { limit: 10 })).toBe('');
  });

  test('of prod does not fit an account of ten: what to do is said', async () => {
    const said = await fits({ stage: 'prod' }, { limit: 10 });
    expect(said).toContain('may run 10 executions');
    expect(said).toContain('renditions may take 50 of them (RenditionsConcurrency, the default of prod)');
    expect(said).toContain('Deploy with RenditionsConcurrency=5,');
    expect(said).toContain('request-service-quota-increase --service-code lambda --quota-code L-B99A9384');
    expect(await fits({ parameters: { RenditionsConcurrency: '5' } }, { limit: 10 })).toBe('');
    expect(await fits({ parameters: { RenditionsConcurrency: '6' } }, { limit: 10 })).toContain('take 6 of them');
  });

  test('is that of the last release where nothing else is given', async () => {
    expect(await fits({ last: { RenditionsConcurrency: '5' } }, { limit: 10 })).toBe('');
    expect(
      await fits({ last: { RenditionsConcurrency: '5' }, parameters: { RenditionsConcurrency: '' } }, { limit: 10 }),
    ).toContain('take 50');
  });

  test('is less where other functions reserve some', async () => {
    expect(await fits({ stage: 'prod' }, { limit: 1000, reserved: { other: 901 } })).toContain(
      'other functions reserve 901',
    );
    expect(await fits({ stage: 'prod' }, { limit: 1000, reserved: { other: 900 } })).toBe('');
  });

  test('of a reservation must leave a hundred, or ten in an account of ten, without counting our own twice', async () => {
    const reserving = { parameters: { ReservedConcurrency: '2' } };
    expect(await fits(reserving, { limit: 10 })).toMatch(/10 must stay unreserved.*ReservedConcurrency=0/);
    // Every function of the template that reserves, as it would be deployed.
    const template = readTemplate({ ReservedConcurrency: '2' });
    const ours = Object.keys(template.Resources)
      .filter((id) => template.Resources[id]?.Type === 'AWS::Serverless::Function')
      .map((id) => resource(template, id, 'AWS::Serverless::Function').Properties.ReservedConcurrentExecutions ?? 0)
      .reduce<number>((sum, one) => sum + Number(one), 0);
    expect(await fits(reserving, { limit: 1000, reserved: { other: 900 - ours } })).toBe('');
    expect(await fits(reserving, { limit: 1000, reserved: { other: 901 - ours } })).toContain(
      `reserves ${String(ours)} for all`,
    );
    const reserved = { other: 900 - ours, ours };
    expect(await fits({ ...reserving, last: { ReservedConcurrency: '2' } }, { limit: 1000, reserved })).toBe('');
  });

  test('of renditions must not exceed the reservation', async () => {
    expect(await fits({ parameters: { ReservedConcurrency: '4', RenditionsConcurrency: '5' } })).toContain(
      'RenditionsConcurrency=5 exceeds ReservedConcurrency=4',
    );
    expect(await fits({ parameters: { ReservedConcurrency: '4' } })).toBe('');
  });
});

describe('the deployment type', () => {
  const exists = (DeploymentType: string, configurations: Record<string, string> = {}): Promise<string> =>
    problems(deploymentTypeExists, { parameters: { DeploymentType } }, { configurations });

  test.each([...deploymentTypes, 'CodeDeployDefault.LambdaAllAtOnce', ''])('may be %j', async (type) => {
    expect(await exists(type)).toBe('');
  });

  test('may be a configuration of the account, if that is for Lambda', async () => {
    expect(await exists('slowly', { slowly: 'Lambda' })).toBe('');
    expect(await exists('servers', { servers: 'Server' })).toContain('is for Server, not for Lambda');
  });

  test('is refused by its name where nothing is called so', async () => {
    expect(await exists('Canary10Percent5Minute')).toMatch(
      /^DeploymentType=Canary10Percent5Minute: CodeDeploy has no .* Use AllAtOnce, .*Canary10Percent5Minutes/,
    );
  });

  test('of the last release is asked for again', async () => {
    expect(await problems(deploymentTypeExists, { last: { DeploymentType: 'gone' } })).toContain('DeploymentType=gone');
  });
});
