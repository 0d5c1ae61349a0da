import { expect, test } from '@jest/globals';
import { commandsOf, planRelease } from '../../../../commands/deploy/plan.ts';
import { readTemplate, repository } from '../../../template/template.ts';

const plan = (stage: string | undefined, parameters: string[] = [], yes = false) =>
  commandsOf(repository, planRelease(repository, { stage, parameters }), { yes, stack: undefined });

test('builds and deploys with the same parameters, of which one is the ReleaseId', () => {
  const [build = [], deploy = []] = plan('dev');
  expect(build).toEqual([
    'build',
    '--parameter-overrides',
    'Stage=dev',
    'Architecture=arm64',
    expect.stringMatching(/^ReleaseId=\w+$/),
  ]);
  expect(deploy).toEqual(['deploy', '--config-env', 'dev', ...build.slice(1)]);
});

test('takes what is given instead of what is configured, but for the ReleaseId', () => {
  const [build] = plan('dev', ['Architecture=x86_64', 'Stage=dev', 'ReleaseId=mine']);
  expect(build?.slice(2)).toEqual(['Stage=dev', 'Architecture=x86_64', expect.not.stringContaining('mine')]);
});

test('does not ask where nobody is there to answer', () => {
  expect(plan('prod', [], true)[1]).toContain('--no-confirm-changeset');
  expect(plan('prod')[1]).not.toContain('--no-confirm-changeset');
});

test.each([
  ['AlarmEmail=', 'AlarmEmail=""'],
  ['AlarmEmail=""', 'AlarmEmail=""'],
  ['DeploymentType=two words', 'DeploymentType="two words"'],
  ['DeploymentType=a\\b', 'DeploymentType="a\\\\b"'],
])('takes %j as a shell hands it over', (word, written) => {
  expect(plan('dev', [word])[1]?.at(-1)).toBe(written);
});

test('takes every parameter of the template, and no other: SAM would leave it out without a word', () => {
  for (const [name, { Default }] of Object.entries(readTemplate().Parameters))
    expect(() => plan('dev', [`${name}=${name === 'Stage' ? 'dev' : Default}`])).not.toThrow();
  expect(() => plan('prod', ['AlarmEmial=ops@example.com'])).toThrow(/no parameter "AlarmEmial"; it has .*AlarmEmail/);
});

test.each([
  ['without a stage', undefined, [], /--stage dev or --stage prod\./],
  ['of another stage', 'local', [], /not "local"/],
  ['of a Stage that is not the stage', 'dev', ['Stage=prod'], /contradict/],
  ['of a word that is no parameter', 'dev', ['now'], /"now" is no parameter/],
])('says what is wrong %s', (_, stage, parameters, message) => {
  expect(() => plan(stage, parameters)).toThrow(message);
});
