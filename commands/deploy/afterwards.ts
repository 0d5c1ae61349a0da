import { describePruned, prune } from '../prune/prune.ts';
import type { ClientConfig } from '../shared/target.ts';
import { whatToDo } from './checks/stack-can-be-updated.ts';
import { readStack, type Aws } from './deployed-stack.ts';
import { protectTable } from './protect-table.ts';

type Deployed = { aws: Aws; client: ClientConfig; stackName: string; stage: string };

/**
 * After a deployment that succeeded: in prod the table is protected against deletion, and versions that nothing needs any more are deleted.
 * Returns what is to be told. The release is complete, so a failure to prune is told and not thrown; a table without protection is thrown.
 */
export async function afterSuccess(
  { aws, client, stackName, stage }: Deployed,
  { prunes }: { prunes: boolean },
): Promise<string[]> {
  const stack = await readStack(aws, stackName);
  // SAM asked whether to deploy, and the answer was no.
  if (stack === undefined) return [];
  const said: string[] = [];
  if (stage === 'prod') {
    const table = await protectTable(aws, stack);
    if (table !== undefined)
      said.push(
        `The table ${table} is now protected against deletion. To end that: aws dynamodb update-table --table-name ${table} --no-deletion-protection-enabled`,
      );
  }
  if (!prunes) return said;
  try {
    said.push(describePruned(await prune(client, stackName)));
  } catch (error) {
    said.push(
      `The release is complete, but old versions were not deleted: ${(error as Error).message} Run "npm run prune -- --stage ${stage}" later.`,
    );
  }
  return said;
}

/** After a deployment that failed: what the stack is like now, and what to do. Empty if the stack can simply be deployed again. */
export async function afterFailure(
  { aws, stackName }: Pick<Deployed, 'aws' | 'stackName'>,
  { wasFirst }: { wasFirst: boolean },
): Promise<string> {
  const stack = await readStack(aws, stackName);
  if (stack === undefined) return '';
  const next = whatToDo(stack.status);
  if (next === undefined) return '';
  const removed =
    wasFirst && stack.status === 'ROLLBACK_COMPLETE'
      ? ' CloudFormation removed everything that it had created, buckets and table included; only the empty stack is left.'
      : '';
  return `The stack ${stackName} is in ${stack.status}.${removed} ${next}`;
}
