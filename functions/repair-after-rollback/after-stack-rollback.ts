import type { Release } from './ports.ts';

/** How long ago a release may have started whose stack is rolled back only now: its rollback may have failed, and was continued. ms. */
const LONGEST_RELEASE_MS = 24 * 3_600_000;

type Ports = {
  succeededSince: (since: Date) => Promise<string[]>;
  describeRelease: (deploymentId: string) => Promise<Release>;
  /** Undefined while traffic is shared, or if the alias has a version without a number. */
  servingVersion: (functionName: string, alias: string) => Promise<number | undefined>;
  now: () => Date;
};

/**
 * The deployments that a rollback of the whole stack reverted although they had succeeded: those to a version above the one that is
 * live now. A release is one deployment for each function; if one fails, CloudFormation moves the aliases of the others back, and CodeDeploy
 * says nothing about those.
 */
export async function rolledBackDeployments(ports: Ports): Promise<string[]> {
  const ids = await ports.succeededSince(new Date(ports.now().getTime() - LONGEST_RELEASE_MS));
  const takenBack = await Promise.all(
    ids.map(async (id) => {
      const { functionName, alias, targetVersion } = await ports.describeRelease(id);
      const serving = await ports.servingVersion(functionName, alias);
      return serving !== undefined && Number(targetVersion) > serving ? id : [];
    }),
  );
  return takenBack.flat();
}
