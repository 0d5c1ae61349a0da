/**
 * Which messages of a batch failed, by a function's answer under ReportBatchItemFailures, exactly as AWS documents it: an empty or null
 * answer or list is complete success; an answer that is no JSON object, an empty, null or missing `itemIdentifier`, or one that names
 * no message of the batch, is complete failure.
 */
export function failedMessages(payload: string, messageIds: readonly string[]): ReadonlySet<string> {
  const all = new Set(messageIds);
  const none = new Set<string>();
  let answer: unknown;
  try {
    answer = payload === '' ? null : JSON.parse(payload);
  } catch {
    return all;
  }
  if (answer === null) return none;
  if (typeof answer !== 'object' || Array.isArray(answer)) return all;
  const { batchItemFailures: list } = answer as { batchItemFailures?: unknown };
  if (list === undefined || list === null) return none;
  if (!Array.isArray(list)) return all;
  const failed = new Set<string>();
  for (const item of list as unknown[]) {
    const identifier =
      typeof item === 'object' && item !== null ? (item as Record<string, unknown>).itemIdentifier : undefined;
    if (typeof identifier !== 'string' || !all.has(identifier)) return all;
    failed.add(identifier);
  }
  return failed;
}
