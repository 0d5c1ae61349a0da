import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../shared/target.ts';
import { docker } from './docker.ts';
import { buildStandIn } from './stand-in.ts';
import type { Architecture } from './architecture.ts';

/** The image that a function runs in, before the local cloud is made known to it. */
export type BaseImage = { name: string; isAws: boolean };

export function architectureHere(): Architecture {
  return process.arch === 'arm64' ? 'arm64' : 'x86_64';
}

/**
 * AWS's image for Node 24: the one that is here, or pulled now. Where it cannot be had: the stand-in if `standIn`, else UsageError.
 *
 * @param told what takes its time
 */
export async function findBaseImage(
  architecture: Architecture,
  { standIn, cache, told }: { standIn: boolean; cache: string; told: (what: string) => void },
): Promise<BaseImage> {
  const name = `public.ecr.aws/lambda/nodejs:24-${architecture}`;
  if (await isHere(name)) return { name, isAws: true };
  told(`Pulling ${name} …`);
  try {
    await docker('pull', '--quiet', name);
    return { name, isAws: true };
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.trim().split('\n').at(-1) ?? '') : String(cause);
    if (!standIn)
      throw new UsageError(
        `AWS's image ${name} cannot be pulled: ${why}\nWith --stand-in a stand-in is made of what Debian and npm have.`,
        { cause },
      );
    told(`It cannot be pulled: ${why}`);
    return { name: await buildStandIn(architecture, { cache, told }), isAws: false };
  }
}

/** Where the local cloud is for a function, and where its container finds each port of the loopback interface (`host:port`). */
export type Ports = { endpoint: string; forwards: readonly { port: number; to: string }[] };

/**
 * An image in which the endpoint of the local cloud is reached. SAM passes a container only variables that the template names, and
 * AWS_ENDPOINT_URL is none, so it is the image's own. Returns the image's name, which is another one for other contents: SAM does not
 * look whether an image of the same name has changed.
 */
export async function deriveImage(base: BaseImage, { endpoint, forwards }: Ports, folder: string): Promise<string> {
  const source = join(import.meta.dirname, 'forward.mjs');
  const dockerfile = [
    `FROM ${base.name}`,
    'COPY forward.mjs /var/sam-local/forward.mjs',
    `ENV AWS_ENDPOINT_URL=${endpoint}`,
    `ENV SAM_LOCAL_FORWARD=${forwards.map(({ port, to }) => `${String(port)}=${to}`).join(',')}`,
    `ENV NODE_OPTIONS=--import=${PRELOADED}`,
    '',
  ].join('\n');
  const id = await docker('image', 'inspect', '--format', '{{.Id}}', base.name);
  const content = createHash('sha256').update(id).update(dockerfile).update(readFileSync(source)).digest('hex');
  const name = `${IMAGES}${content.slice(0, 12)}`;
  if (await isHere(name)) return name;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
  copyFileSync(source, join(folder, 'forward.mjs'));
  await docker('build', '--quiet', '--tag', name, folder);
  return name;
}

/** How the names of derived images begin. */
export const IMAGES = 'serverless-thumbnails-sam-local-';

/** In the image. A debugger takes NODE_OPTIONS for itself, and is told by --debug-args. */
export const PRELOADED = '/var/sam-local/forward.mjs';

/** Throws UsageError where a container of the image cannot reach the local cloud: better now than in a function that runs out of time. */
export async function checkReach(image: string, endpoint: string): Promise<void> {
  const script = `fetch(${JSON.stringify(endpoint)}).then(() => process.exit(0), (e) => { console.error(String(e.cause ?? e)); process.exit(1); })`;
  try {
    await docker('run', '--rm', '--entrypoint', '/var/lang/bin/node', image, '-e', script);
  } catch (cause) {
    throw new UsageError(
      `A container cannot reach the local cloud at ${endpoint}: ${cause instanceof Error ? cause.message : String(cause)}\n` +
        "A firewall between Docker's bridge and this machine may be in the way.",
      { cause },
    );
  }
}

export async function isHere(image: string): Promise<boolean> {
  return docker('image', 'inspect', '--format', '{{.Id}}', image).then(
    () => true,
    () => false,
  );
}
