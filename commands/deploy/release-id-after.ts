import { createHash } from 'node:crypto';
import type { DeployedStack } from './deployed-stack.ts';

/** Characters of the salt. Of the whole id SAM takes the first ten, so the salt stands first. */
const SALT_LENGTH = 6;

/**
 * The ReleaseId for a release of `content` (see release-id.ts) over a stack as it is now.
 *
 * After a rollback it is salted with the time of the update that was rolled back. The version that this update published is retained, and
 * Lambda publishes nothing for a function whose code and configuration are those of the last version: CloudFormation then fails with "A
 * version for this Lambda function exists". SAM writes the id into each function's description, which makes it another configuration.
 *
 * If the stack has this content already, salted or not, the id stays, so that nothing is published.
 */
export function releaseIdAfter(
  stack: Pick<DeployedStack, 'status' | 'updatedAt' | 'parameters'> | undefined,
  content: string,
): string {
  const deployed = stack?.parameters['ReleaseId'] ?? '';
  if (deployed === content || isSalted(deployed, content)) return deployed;
  return stack?.status === 'UPDATE_ROLLBACK_COMPLETE' ? `${saltOf(stack.updatedAt)}${content}` : content;
}

function isSalted(id: string, content: string): boolean {
  return id.length === SALT_LENGTH + content.length && id.endsWith(content);
}

function saltOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, SALT_LENGTH);
}
