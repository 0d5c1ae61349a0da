import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything that a version of a function is made of (esbuild heeds tsconfig.json). What is not here publishes nothing by itself. */
const INGREDIENTS = ['template.yaml', 'package-lock.json', 'tsconfig.json', 'functions', 'layers'];

/** Left by builds and by systems, or written for people, and no part of a release. */
const FOREIGN = /^(node_modules|\.DS_Store|.*\.md)$/;

/** Characters of the SHA-256. SAM takes the first ten; the others tell people two releases apart in CloudFormation's console. */
export const LENGTH = 16;

/**
 * The parameter ReleaseId: another one whenever the template, a function, the layer, the lockfile or a given parameter is another, and
 * the same one otherwise, on every machine. Letters and digits only. Throws where `repository` lacks one of them.
 */
export function releaseId(repository: string, parameters: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  const add = (name: string, content: string | Buffer): void => {
    // With its length, so that no two lists of files run into the same bytes.
    hash.update(`${name}\0${String(Buffer.byteLength(content))}\0`).update(content);
  };
  for (const path of INGREDIENTS.flatMap((name) => files(repository, name))) {
    add(path, withoutCarriageReturns(readFileSync(join(repository, path))));
  }
  for (const [name, value] of Object.entries(parameters).sort(byName)) {
    if (name !== 'ReleaseId') add(`parameter ${name}`, value);
  }
  return hash.digest('hex').slice(0, LENGTH);
}

/** The files of a folder, in an order that is the same everywhere; a file alone is itself. Links are not followed: they lead out. */
function files(repository: string, path: string): string[] {
  const entry = lstatSync(join(repository, path));
  if (entry.isFile()) return [path];
  if (!entry.isDirectory()) return [];
  return readdirSync(join(repository, path))
    .filter((name) => !FOREIGN.test(name))
    .sort()
    .flatMap((name) => files(repository, `${path}/${name}`));
}

/** A checkout may end lines with CR LF, of which the same bundle is made. What has a NUL is no text, as git sees it: as it is. */
function withoutCarriageReturns(content: Buffer): Buffer {
  return content.includes(0) ? content : Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

function byName([one]: [string, string], [other]: [string, string]): number {
  return one < other ? -1 : 1;
}
