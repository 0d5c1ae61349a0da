import { oneLine } from '../../shared/text.ts';

/**
 * The short name of an alarm, or the unchanged name of a hook. The physical name of an alarm starts with the stack name and can end with
 * the version that it watches or with characters that CloudFormation added.
 */
export function guardLabel(name: string, stackName: string): string {
  const own = name.startsWith(`${stackName}-`) ? name.slice(stackName.length + 1) : name;
  return oneLine(own.replace(/-(?:\d+|[A-Za-z0-9]{12,13})$/u, '').replace(/Alarm$/u, ''));
}
