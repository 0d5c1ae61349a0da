import {
  BatchGetDeploymentTargetsCommand,
  GetApplicationRevisionCommand,
  ListDeploymentTargetsCommand,
} from '@aws-sdk/client-codedeploy';
import type {
  CodeDeployClient,
  DeploymentInfo,
  LambdaFunctionInfo,
  RevisionLocation,
} from '@aws-sdk/client-codedeploy';

/** The move of an alias from one version of a function to another. */
export type Shift = {
  /** The name, never an ARN. */
  functionName: string;
  alias: string;
  /** Is live when the deployment starts, and again after a rollback. */
  currentVersion: string;
  targetVersion: string;
};

/** A source that was asked. Without a shift: why not. */
type Answer = { shift: Shift } | { why: string };

/**
 * Asks CodeDeploy which versions a deployment is about; `why` is what each source said instead, if none knows.
 *
 * Three sources, because none is certain: of a deployment that CloudFormation started, the targets may not be listed yet when the first
 * hook runs, and GetDeployment's revision has a SHA-256 and no content (seen in seek-oss/aws-codedeploy-hooks, which therefore asks
 * GetApplicationRevision). A source that fails does not keep the others from answering.
 */
export async function findShift(
  codeDeploy: CodeDeployClient,
  deploymentId: string,
  { applicationName, revision }: Pick<DeploymentInfo, 'applicationName' | 'revision'>,
): Promise<{ shift: Shift } | { why: readonly string[] }> {
  const sources = [
    () => askTargets(codeDeploy, deploymentId),
    async () => readRevision('GetDeployment’s revision', revision),
    () => askApplication(codeDeploy, applicationName, revision),
  ];
  const why: string[] = [];
  for (const ask of sources) {
    const answer = await ask().catch((error: unknown): Answer => ({ why: String(error) }));
    if ('shift' in answer) return answer;
    why.push(answer.why);
  }
  return { why };
}

async function askTargets(codeDeploy: CodeDeployClient, deploymentId: string): Promise<Answer> {
  const { targetIds = [] } = await codeDeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
  if (targetIds.length === 0) return { why: 'no targets are listed' };
  const { deploymentTargets = [] } = await codeDeploy.send(
    new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }),
  );
  const shift = complete(deploymentTargets[0]?.lambdaTarget?.lambdaFunctionInfo ?? {});
  return shift ? { shift } : { why: 'the target does not name a function and two versions' };
}

async function askApplication(
  codeDeploy: CodeDeployClient,
  applicationName: string | undefined,
  revision: RevisionLocation | undefined,
): Promise<Answer> {
  if (revision === undefined) return { why: 'without a revision, the application cannot be asked for it' };
  const answer = await codeDeploy.send(new GetApplicationRevisionCommand({ applicationName, revision }));
  return readRevision('GetApplicationRevision', answer.revision);
}

/** CloudFormation's revisions are of the type String (seen in seek-oss/aws-codedeploy-hooks), which the SDK's types call deprecated. */
type Content = { content?: string | undefined } | undefined;
type WithContent = { string?: Content; appSpecContent?: Content };

function readRevision(source: string, revision: WithContent | undefined): Answer {
  const content = revision?.string?.content ?? revision?.appSpecContent?.content;
  if (content === undefined) return { why: `${source} has no content` };
  const shift = readAppSpec(content);
  return shift ? { shift } : { why: `${source} has an AppSpec without a function and two versions` };
}

/** JSON (from CloudFormation) or YAML (from people). In both, each of these names occurs once, before its value. */
function readAppSpec(text: string): Shift | undefined {
  const valueOf = (name: string) =>
    new RegExp(`(?<![\\w-])${name}["']?\\s*:\\s*["']?([^\\s"',}]+)`, 'u').exec(text)?.[1];
  return complete({
    functionName: valueOf('Name'),
    functionAlias: valueOf('Alias'),
    currentVersion: valueOf('CurrentVersion'),
    targetVersion: valueOf('TargetVersion'),
  });
}

function complete({
  functionName,
  functionAlias,
  currentVersion,
  targetVersion,
}: LambdaFunctionInfo): Shift | undefined {
  if (!functionName || !functionAlias || !currentVersion || !targetVersion) return undefined;
  // An AppSpec may name the function by its ARN.
  const name = functionName.split(':function:').at(-1) ?? functionName;
  return { functionName: name, alias: functionAlias, currentVersion, targetVersion };
}
