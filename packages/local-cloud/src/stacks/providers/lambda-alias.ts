import { z } from 'zod';
import { qualifiedArn, readReference } from '../../services/lambda/arns.ts';
import type { Codedeploy } from '../../services/codedeploy/codedeploy.ts';
import type { Alias } from '../../services/lambda/configuration.ts';
import type { Lambda } from '../../services/lambda/lambda.ts';
import { assumed } from '../../core/undocumented.ts';
import { text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';
import { releaseGradually } from '../release-gradually.ts';

const weight = z.union([z.number(), text.transform(Number)]).pipe(z.number().min(0).max(1));
const schema = z.strictObject({
  Name: text,
  FunctionName: text,
  FunctionVersion: text,
  Description: text.optional(),
  RoutingConfig: z
    .strictObject({
      AdditionalVersionWeights: z.array(z.strictObject({ FunctionVersion: text, FunctionWeight: weight })).optional(),
    })
    .optional(),
});
type Properties = z.output<typeof schema>;

/**
 * An alias. One with an update policy goes to another version by CodeDeploy, and the update waits for that. As in CloudFormation, the
 * deployment starts from the version that the stack gave the alias last, wherever the alias is: CodeDeploy refuses one that was moved by
 * hand (aws/serverless-application-model issue 291).
 */
export function lambdaAlias(
  { functions, moveAlias }: Lambda,
  codedeploy: Pick<Codedeploy, 'release'>,
  { rollbackThrough, cancelledDeployments } = assumed,
): Provider<Properties> {
  const made = (functionName: string, name: string): Made => {
    const arn = qualifiedArn(functions.arnOf(functionName), name);
    return { ref: arn, attributes: { AliasArn: arn } };
  };

  /** CodeDeploy itself has put it back. */
  function isAt(functionName: string, name: string, properties: Properties): boolean {
    const { functionVersion, weights } = functions.alias(functionName, name);
    return functionVersion === properties.FunctionVersion && Object.keys(weights).length === 0;
  }

  return {
    type: 'AWS::Lambda::Alias',
    schema,
    replacedBy: ['Name', 'FunctionName'],
    create: async ({ properties }) => {
      const { functionName } = readReference(properties.FunctionName);
      functions.createAlias(functionName, { name: properties.Name, ...target(properties) });
      return made(functionName, properties.Name);
    },
    update: async ({ ref, before, properties, updatePolicy, progress, isRollback = false, hasFailed = false }) => {
      const { functionName, qualifier = '' } = readReference(ref);
      const [{ FunctionVersion: currentVersion }, { FunctionVersion: targetVersion }] = [before, properties];
      if (updatePolicy !== undefined && progress !== undefined && targetVersion !== currentVersion) {
        // Its deployment has rolled the alias back, or has left it where it was: one that was moved by hand is refused at every later update
        // (issue 291), so CloudFormation does not move it back either.
        if (hasFailed) return made(functionName, qualifier);
        const versions = { functionName, alias: qualifier, currentVersion, targetVersion };
        const isDirect = isRollback && (rollbackThrough === 'lambda' || isAt(functionName, qualifier, properties));
        if (!isDirect) await releaseGradually(codedeploy, updatePolicy, versions, progress, cancelledDeployments);
      }
      moveAlias(functionName, qualifier, target(properties));
      return made(functionName, qualifier);
    },
    delete: async ({ ref }) => {
      const { functionName, qualifier = '' } = readReference(ref);
      if (functions.exists(functionName)) functions.deleteAlias(functionName, qualifier);
    },
  };
}

function target(properties: Properties): Pick<Alias, 'functionVersion' | 'description' | 'weights'> {
  const others = properties.RoutingConfig?.AdditionalVersionWeights ?? [];
  return {
    functionVersion: properties.FunctionVersion,
    description: properties.Description ?? '',
    weights: Object.fromEntries(others.map(({ FunctionVersion, FunctionWeight }) => [FunctionVersion, FunctionWeight])),
  };
}
