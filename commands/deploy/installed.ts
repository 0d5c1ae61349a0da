import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../shared/target.ts';

type Locked = { version?: string; optional?: boolean };

/**
 * Bundles are made of what lies in node_modules, and the ReleaseId tells what package-lock.json pins. Throws UsageError where these are not
 * the same: a release of other packages would carry the id of the right one, which then published nothing.
 */
export function requireInstalled(repository: string): void {
  const pinned = packages(join(repository, 'package-lock.json'));
  const installed = packages(join(repository, 'node_modules', '.package-lock.json'));
  const [stale] = Object.entries(pinned).filter(([path, { version, optional = false }]) => {
    const found = installed[path];
    // The repository itself is not installed; an optional package may be for another system.
    return path !== '' && (found === undefined ? !optional : found.version !== version);
  });
  if (stale === undefined) return;
  throw new UsageError(`${stale[0]} is not installed as package-lock.json pins it: run "npm ci", then deploy again.`);
}

/** What npm has written down, by the path of each package; nothing where it has written nothing. */
function packages(lockfile: string): Readonly<Record<string, Locked>> {
  if (!existsSync(lockfile)) return {};
  return (JSON.parse(readFileSync(lockfile, 'utf8')) as { packages?: Record<string, Locked> }).packages ?? {};
}
