import { loadBuiltTemplate } from '../../template/load.ts';
import { continueRollback } from '../continue-rollback.ts';
import { deleteStack } from '../delete-stack.ts';
import { NestedStackError } from '../deploy.ts';
import type { Operation } from '../operation.ts';
import { deployStack, isSettled, StackFailure, type Deployed } from '../deploy-stack.ts';
import { physicalName } from '../physical-name.ts';
import type { Made, NestedInput, Nesting, StackContext } from '../provider.ts';
import type { StackRecord } from '../stack-state.ts';

/** What CloudFormation allows. */
const LONGEST_NAME = 128;

type StackName = Pick<StackContext, 'stackName' | 'stackId'>;

/**
 * Stacks within a stack. They are deployed as part of their parent's operation: one that fails is rolled back and fails in its parent;
 * one that succeeds is cleaned up, or taken back, with its parent.
 */
export function createNesting(
  parent: Operation,
  operationOn: (stack: StackName) => Operation,
  tell: (line: string) => void,
): Nesting {
  const recordOf = (stackId: string): StackRecord | undefined =>
    parent.state.stacks().find((one) => one.stackId === stackId);

  /** Throws Error in CloudFormation's words. */
  function find(stackId: string): StackRecord {
    const record = recordOf(stackId);
    if (record === undefined || record.status === 'DELETE_COMPLETE') {
      throw new Error(`Stack [${stackId}] does not exist`);
    }
    return record;
  }

  /** A creation that ended with the cloud goes on under its name. */
  function begun({ logicalId }: NestedInput): StackRecord | undefined {
    const { stack, state } = parent;
    return state
      .stacks()
      .find(
        (one) => one.parentId === stack.stackId && one.logicalId === logicalId && one.status === 'CREATE_IN_PROGRESS',
      );
  }

  function nestedOperation(stack: StackName, { logicalId, tags, progress }: NestedInput): Operation {
    return {
      ...operationOn(stack),
      owner: { parentId: parent.stack.stackId, rootId: parent.owner?.rootId ?? parent.stack.stackId, logicalId, tags },
      ...(parent.retainExceptOnCreate !== undefined && { retainExceptOnCreate: parent.retainExceptOnCreate }),
      ...(progress !== undefined && { cancelled: progress.signal }),
    };
  }

  /** Throws NestedStackError after rolling back. */
  async function deploy(operation: Operation, { template, parameters }: NestedInput): Promise<Deployed> {
    const { stackId } = operation.stack;
    try {
      return await deployStack(operation, loadBuiltTemplate(template, parameters, operation.stack), tell);
    } catch (error) {
      if (!(error instanceof StackFailure)) throw error;
      const what =
        error.verb === 'create'
          ? `Embedded stack ${stackId} was not successfully created: ${error.message}`
          : `Embedded stack ${stackId} was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: ${error.message}`;
      throw new NestedStackError(what, error);
    }
  }

  const made = (stackId: string, { outputs }: Deployed): Made => ({
    ref: stackId,
    attributes: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [`Outputs.${name}`, value])),
  });

  return {
    create: async (input) => {
      const { stack, logicalId } = input;
      const stackName = physicalName(stack, logicalId, { maxLength: LONGEST_NAME });
      const { stackId } = stack;
      const [prefix] = stackId.split(':stack/');
      const nested = begun(input) ?? {
        stackName,
        stackId: `${prefix ?? ''}:stack/${stackName}/${stack.random.uuid()}`,
      };
      const operation = nestedOperation(nested, input);
      try {
        const deployed = await deploy(operation, input);
        await deployed.finish();
        return {
          ...made(nested.stackId, deployed),
          undo: async () => {
            await deployed.undo();
            await deleteStack(operation);
          },
        };
      } catch (error) {
        // What did not come to be is not part of its parent. What ends with the cloud goes on with its next start.
        if (error instanceof NestedStackError) await deleteStack(operation);
        throw error;
      }
    },
    update: async (input) => {
      const { stackName, stackId, status } = find(input.stackId);
      // It was taken back already, as far as it could be; the next update begins with what is left.
      if (input.progress === undefined && status === 'UPDATE_ROLLBACK_FAILED') {
        throw new Error(`Embedded stack ${stackId} is in UPDATE_ROLLBACK_FAILED state.`);
      }
      const deployed = await deploy(nestedOperation({ stackName, stackId }, input), input);
      return {
        ...made(stackId, deployed),
        finish: deployed.finish,
        undo: async () => {
          const leftOver = await deployed.undo();
          if (leftOver.length > 0) throw new Error(leftOver.join('\n'));
        },
      };
    },
    continueRollback: async (input) => {
      const { stackName, stackId, status } = find(input.stackId);
      const operation = nestedOperation({ stackName, stackId }, input);
      // Without this the nested stack would stay as the failed update left it.
      if (status === 'UPDATE_ROLLBACK_FAILED') await continueRollback(operation, []);
      const deployed = await deploy(operation, input);
      await deployed.finish();
      return made(stackId, deployed);
    },
    remove: async (stackId) => {
      const record = recordOf(stackId);
      if (record !== undefined) await deleteStack(operationOn(record));
    },
    isSettled: (stackId) => {
      const record = recordOf(stackId);
      return record !== undefined && isSettled(record);
    },
  };
}
