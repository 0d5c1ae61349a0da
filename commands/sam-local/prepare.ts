import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SamCli } from '../check-sam/sam-cli.ts';
import type { Target } from '../shared/target.ts';
import { bridgeAddress } from './docker.ts';
import { forward, type Forwarder } from './forwarder.ts';
import { architectureHere, checkReach, deriveImage, findBaseImage, type BaseImage } from './image.ts';
import { deployedFunctions, environmentFile, type DeployedFunction } from './variables.ts';

export type Prepared = {
  image: BaseImage;
  functions: readonly DeployedFunction[];
  /** What every `sam local` command is given, whichever it is. */
  options: readonly string[];
  close: () => Promise<void>;
};

export type Preparation = {
  repository: string;
  sam: SamCli;
  target: Target;
  endpoint: string;
  /** Is a stand-in image acceptable if AWS's image cannot be pulled? */
  standIn: boolean;
  /** Build the functions; else those of the last time are run. */
  build: boolean;
  /** Where it is all kept. */
  folder: string;
  /** What takes its time. */
  told: (what: string) => void;
};

/** Makes all that `sam local` needs to run a function of the stack on the data of the local cloud. `close` ends the forwarder. */
export async function prepare({ target, ...wanted }: Preparation): Promise<Prepared> {
  const { repository, sam, endpoint, folder, told } = wanted;
  const architecture = architectureHere();
  const parameters = ['--parameter-overrides', 'Stage=local', `Architecture=${architecture}`];
  const builds = join(folder, 'build');
  mkdirSync(folder, { recursive: true });
  const cache = join(repository, 'node_modules', '.cache');
  const image = await findBaseImage(architecture, { standIn: wanted.standIn, cache, told });
  if (wanted.build) {
    told('Building the functions …');
    await sam.run(['build', '--config-env', 'local', '--build-dir', builds, ...parameters], { cwd: repository });
  }
  const functions = await deployedFunctions(target);
  const variables = join(folder, 'variables.json');
  writeFileSync(variables, environmentFile(functions));

  const address = await bridgeAddress();
  const ports = portsOf([endpoint, JSON.stringify(functions)].join(' '));
  const forwarders: Forwarder[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(forwarders.map((one) => one.close()));
  };
  try {
    const forwards: { port: number; to: string }[] = [];
    for (const port of ports) {
      const forwarder = await forward(address, port);
      if (forwarder !== undefined) forwarders.push(forwarder);
      const to =
        forwarder === undefined ? `host.docker.internal:${String(port)}` : `${address}:${String(forwarder.port)}`;
      forwards.push({ port, to });
    }
    const derived = await deriveImage(image, { endpoint, forwards }, join(folder, 'image'));
    await checkReach(derived, endpoint);
    const options = [
      ...['--template', join(builds, 'template.yaml'), ...parameters, '--env-vars', variables],
      ...['--invoke-image', derived, '--skip-pull-image'],
      // Layers are copied there before they go into an image.
      ...['--layer-cache-basedir', join(folder, 'layers')],
    ];
    return { image, functions, options, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The ports of this machine's loopback interface that a text names in URLs: the endpoint's, and what functions are told to call. */
export function portsOf(text: string): number[] {
  const named = text.matchAll(/http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/g);
  return [...new Set([...named].map(([, port]) => Number(port)))];
}
