import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { both, type Both } from './support/both.ts';

type Row = [what: string, template: string, parameters: Readonly<Record<string, string>>];

const rows: Row[] = [
  ['every way to write a deployment preference', 'preferences.yaml', {}],
  ['the same in another stage', 'preferences.yaml', { Stage: 'prod' }],
  ['the same switched off by a parameter', 'preferences.yaml', { Gradual: 'false', DeploymentType: 'AllAtOnce' }],
  ['a release by its hash', 'preferences.yaml', { ReleaseId: '0a1b2c3d4e5f' }],
  ['a configuration of its own', 'preferences.yaml', { Stage: 'prod', DeploymentType: 'MyOwnConfiguration' }],
  ['releases that all hang on conditions', 'conditions.yaml', {}],
  ['nested applications', 'nested.yaml', {}],
  ['every kind of event', 'events.yaml', {}],
  ['a parameter that switches tracing off', 'events.yaml', { Tracing: 'Disabled' }],
];

let compared: Both[];
beforeAll(async () => {
  compared = await both(
    rows.map(([, name, parameters]) => ({ file: join(import.meta.dirname, 'templates', name), parameters })),
  );
});

test.each(rows)("the local cloud expands %s as SAM's transform does", (what) => {
  const { theirs, ours } = compared[rows.findIndex((row) => row[0] === what)] as Both;
  expect(ours).toEqual(theirs);
});
