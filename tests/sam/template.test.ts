import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { both, type Both, type Deployed } from './support/both.ts';
import { readTemplate } from 'local-cloud/template';
import type { Plain } from './support/plain.ts';

const file = join(import.meta.dirname, '..', '..', 'template.yaml');
const stacks = join(import.meta.dirname, '..', '..', 'stacks');
const stages = ['local', 'dev', 'prod'];
const types = ['', 'Linear10PercentEvery1Minute'];
const deployed = stages.flatMap((Stage) => types.map((DeploymentType) => ({ Stage, DeploymentType })));
const released = ['GenerateThumbnailsFunction', 'GenerateRenditionsFunction', 'ReconcileImagesFunction'];

let compared: ReadonlyMap<string, Both>;
const of = (parameters: Deployed['parameters']): Both => compared.get(JSON.stringify(parameters)) as Both;
beforeAll(async () => {
  const all = await both(deployed.map((parameters) => ({ file, parameters })));
  compared = new Map(all.map((one, index) => [JSON.stringify(deployed[index]), one]));
});

function ofType({ resources }: Plain, type: RegExp): Plain['resources'] {
  return Object.fromEntries(Object.entries(resources).filter(([, { Type }]) => type.test(String(Type))));
}

describe.each(deployed)('template.yaml in $Stage, released by "$DeploymentType"', (parameters) => {
  test("the local cloud derives SAM's aliases and versions, under their names up to the hash of the code", () => {
    const { theirs, ours } = of(parameters);
    const published = ofType(theirs, /^AWS::Lambda::(Alias|Version)$/);
    expect(Object.keys(published)).toEqual(
      expect.arrayContaining(released.flatMap((name) => [`${name}Version#`, `${name}Aliaslive`])),
    );
    expect(ofType(ours, /^AWS::Lambda::(Alias|Version)$/)).toEqual(published);
  });

  test("the local cloud derives SAM's update policies, with both hooks, of the functions that are released gradually", () => {
    const { theirs, ours } = of(parameters);
    const policies = ({ resources }: Plain) =>
      Object.fromEntries(
        Object.entries(resources).flatMap(([id, { UpdatePolicy: policy }]) => (policy ? [[id, policy]] : [])),
      );
    expect(policies(theirs)).toEqual(
      Object.fromEntries(
        released.map((name) => [
          `${name}Aliaslive`,
          {
            CodeDeployLambdaAliasUpdate: {
              ApplicationName: { Ref: 'ServerlessDeploymentApplication' },
              DeploymentGroupName: { Ref: `${name}DeploymentGroup` },
              BeforeAllowTrafficHook: { Ref: 'VerifyBeforeTrafficFunction' },
              AfterAllowTrafficHook: { Ref: 'VerifyAfterTrafficFunction' },
            },
          },
        ]),
      ),
    );
    expect(policies(ours)).toEqual(policies(theirs));
  });

  test("the local cloud derives SAM's resources of CodeDeploy, and the same configuration comes of them", () => {
    const { theirs, ours, resolved } = of(parameters);
    const codeDeploy = ofType(theirs, /^AWS::CodeDeploy::/);
    expect(Object.keys(codeDeploy).toSorted()).toEqual(
      ['ServerlessDeploymentApplication', ...released.map((name) => `${name}DeploymentGroup`)].toSorted(),
    );
    expect(ofType(ours, /^AWS::CodeDeploy::/)).toEqual(codeDeploy);

    const chosen = parameters.DeploymentType || (parameters.Stage === 'prod' ? 'Canary10Percent5Minutes' : 'AllAtOnce');
    for (const name of released) {
      const { DeploymentConfigName } = codeDeploy[`${name}DeploymentGroup`]?.['Properties'] as {
        DeploymentConfigName: unknown;
      };
      const own = name === 'ReconcileImagesFunction' ? 'AllAtOnce' : chosen;
      expect(resolved(DeploymentConfigName)).toBe(`CodeDeployDefault.Lambda${own}`);
    }
  });

  test('and every other resource, condition and output is the same too', () => {
    const { theirs, ours } = of(parameters);
    expect(ours).toEqual(theirs);
  });
});

// Whatever the gallery is made of, both must make the same of it.
const nested = existsSync(stacks) ? readdirSync(stacks).filter((name) => name.endsWith('.yaml')) : [];
for (const name of nested)
  describe(`stacks/${name}`, () => {
    const inEachStage = stages.flatMap((Stage) => types.map((DeploymentType) => ({ Stage, DeploymentType })));
    let all: readonly Both[];
    beforeAll(async () => {
      all = await both(
        inEachStage.map((parameters) => ({ file: join(stacks, name), parameters: withParent(parameters, name) })),
      );
    });

    test.each(inEachStage)(
      'in $Stage, released by "$DeploymentType", every resource, condition and output is the same',
      (parameters) => {
        const { theirs, ours } = all[inEachStage.indexOf(parameters)] as Both;
        expect(Object.keys(theirs.resources).length).toBeGreaterThan(0);
        expect(ours).toEqual(theirs);
      },
    );
  });

/** What its parent gives a nested template: any text for what has no default. */
function withParent(own: Deployed['parameters'], name: string): Deployed['parameters'] {
  const { parameters } = readTemplate(readFileSync(join(stacks, name), 'utf8'), name);
  const known = Object.entries(own).filter(([parameter]) => Object.hasOwn(parameters, parameter));
  const missing = Object.entries(parameters).filter(([, { Default: value }]) => value === undefined);
  return { ...Object.fromEntries(missing.map(([parameter]) => [parameter, 'any'])), ...Object.fromEntries(known) };
}
