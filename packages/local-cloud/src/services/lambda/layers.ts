import { join } from 'node:path';
import type { Artifact } from '../../builder/artifact.ts';
import { AwsError } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { LayerReference } from './configuration.ts';

export type LayerVersion = {
  arn: string;
  name: string;
  version: number;
  description: string;
  content: Artifact;
  compatibleRuntimes: string[];
  compatibleArchitectures: string[];
  licenseInfo?: string;
  createdAt: string;
};

export type Layers = ReturnType<typeof openLayers>;

/** The account's layers: versions that are numbered and never change. */
export function openLayers(context: Pick<ServiceContext, 'region' | 'accountId' | 'clock' | 'stateFolder'>) {
  const { region, accountId, clock, stateFolder } = context;
  const versions = openStore<LayerVersion>(stateFolder && join(stateFolder, 'lambda', 'layer-versions.jsonl'));
  /** Numbers are not used again after a version was deleted. */
  const last = openStore<number>(stateFolder && join(stateFolder, 'lambda', 'layers.jsonl'));

  const arnOf = (name: string): string => `arn:aws:lambda:${region}:${accountId}:layer:${name}`;

  return {
    arnOf,
    /** The oldest first. */
    list: (): LayerVersion[] => [...versions.entries()].map(([, version]) => version),
    publish: (spec: Omit<LayerVersion, 'arn' | 'version' | 'createdAt'>): LayerVersion => {
      const version = (last.get(spec.name) ?? 0) + 1;
      const arn = `${arnOf(spec.name)}:${String(version)}`;
      const made = { ...spec, arn, version, createdAt: clock.now().toISOString() };
      last.set(spec.name, version);
      versions.set(arn, made);
      return made;
    },
    /** A deleted version stays with the functions that use it. */
    delete: (arn: string): void => {
      versions.delete(arn);
    },
    /** What a function notes of its layers. Throws InvalidParameterValueException for one that is not there. */
    refer: (arns: readonly string[]): LayerReference[] =>
      arns.map((arn) => {
        const found = versions.get(arn);
        if (found === undefined) {
          throw new AwsError('InvalidParameterValueException', `Layer version ${arn} does not exist.`);
        }
        return { arn, folder: found.content.Folder };
      }),
  };
}
