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
 * The deployments of image functions that succeeded and that a rollback of the whole stack reverted. A release has one deployment for
 * each function. If one of them fails, CloudFormation moves the aliases of the other functions back, and CodeDeploy publishes nothing
 * about those.
 *
 * When this runs, the next release may have started, or may even be live. So the versions in later deployments count first: a version
 * was rolled back if a later deployment started below it, or went below it. Without a later deployment, the live version decides.
 *
 * @throws TransientError if traffic is split and no deployment explains it: invoke again later.
 */
export async function rolledBackDeployments(ports: Ports): Promise<string[]> {
  const since = new Date(ports.now().getTime() - LONGEST_RELEASE_MS);
  const { succeeded, others } = await ports.deploymentsSince(since);
  const describe = async (id: string) => ({ id, ...(await ports.describeRelease(id)) });
  const releases = await Promise.all(succeeded.map(describe));
  // Functions without outputs are released too. They need no repair, and our role may not read their aliases.
  const ofImages = releases.filter(({ functionName }) => ports.recipeOf(functionName) !== undefined);
  // A deployment that failed at its start may have no target. It tells us nothing, and it must not stop the other repairs.
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
    `the alias ${alias} of ${functionName} splits its traffic, and no deployment explains why: ` +
      `invoke again later to find out whether version ${release.targetVersion} was rolled back`,
  );
}
