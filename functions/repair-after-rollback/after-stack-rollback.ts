import { TransientError } from '../shared/images/errors.ts';
import type { Ports as RepairPorts, Release } from './ports.ts';

/** How long ago a release may have started whose stack is rolled back only now: its rollback may have failed, and was continued. ms. */
const LONGEST_RELEASE_MS = 24 * 3_600_000;

type Ports = Pick<RepairPorts, 'recipeOf'> & {
  deploymentsSince: (since: Date) => Promise<{ succeeded: string[]; others: string[] }>;
  describeRelease: (deploymentId: string) => Promise<Release>;
  /** Undefined while traffic is shared, or if the alias has a version without a number. */
  servingVersion: (functionName: string, alias: string) => Promise<number | undefined>;
  now: () => Date;
};

/**
 * The deployments of image functions that a rollback of the whole stack has taken back although they had succeeded. A release is one deployment for each
 * function; if one fails, CloudFormation moves the aliases of the others back, and CodeDeploy says nothing about those.
 *
 * The next release may have begun, or may serve already, when this is asked. So the versions of later deployments count first: a version
 * was taken back if one of them started below it, or went there. Without a later deployment the version that serves now decides.
 *
 * @throws TransientError where traffic is shared and no deployment is listed that says from which version on: ask again.
 */
export async function rolledBackDeployments(ports: Ports): Promise<string[]> {
  const since = new Date(ports.now().getTime() - LONGEST_RELEASE_MS);
  const { succeeded, others } = await ports.deploymentsSince(since);
  const describe = async (id: string) => ({ id, ...(await ports.describeRelease(id)) });
  const releases = await Promise.all(succeeded.map(describe));
  // Functions that make no outputs are released too: there is nothing to repair after those, and their aliases are not ours to read.
  const ofImages = releases.filter(({ functionName }) => ports.recipeOf(functionName) !== undefined);
  // One that failed at its start may never have had a target: such a one says nothing, and keeps nobody from being repaired.
  const described = await Promise.allSettled(others.map(describe));
  const all = [...releases, ...described.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))];
  const judged = await Promise.all(
    ofImages.map(async (release) => ((await wasRolledBack(ports, release, laterThan(release, all))) ? release.id : [])),
  );
  return judged.flat();
}

const isOfSameAlias = (one: Release, other: Release): boolean =>
  one.functionName === other.functionName && one.alias === other.alias;

function laterThan(release: Release, all: readonly Release[]): Release[] {
  return all.filter((other) => isOfSameAlias(release, other) && other.startedAt > release.startedAt);
}

async function wasRolledBack(ports: Ports, release: Release, later: readonly Release[]): Promise<boolean> {
  const target = Number(release.targetVersion);
  const versions = later.flatMap(({ currentVersion, targetVersion }) => [currentVersion, targetVersion]);
  if (versions.some((version) => Number(version) < target)) return true;
  const { functionName, alias } = release;
  const serving = await ports.servingVersion(functionName, alias);
  if (serving !== undefined) return target > serving;
  // The later deployment started from this version or a newer one, and goes back no further.
  if (later.length > 0) return false;
  throw new TransientError(
    `the alias ${alias} of ${functionName} shares its traffic, and no deployment says from which version: whether version ` +
      `${release.targetVersion} was taken back is to be asked again`,
  );
}
