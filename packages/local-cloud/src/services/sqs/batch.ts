import { AwsError } from '../../core/aws-error.ts';

const limit = 10;

type Failure = { Id: string; SenderFault: boolean; Code: string; Message: string };

/** Does each entry of a batch on its own: one that fails does not stop the others. Throws AwsError for a batch that is wrong as a whole. */
export function eachEntry<E extends { Id: string }>(
  entries: readonly E[],
  run: (entry: E) => object,
): { Successful?: object[]; Failed?: Failure[] } {
  check(entries);
  const successful: object[] = [];
  const failed: Failure[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: error.status < 500, Code: error.code, Message: error.message });
    }
  }
  return { ...(successful.length > 0 && { Successful: successful }), ...(failed.length > 0 && { Failed: failed }) };
}

function check(entries: readonly { Id: string }[]): void {
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'The batch request does not contain any entries.');
  if (entries.length > limit) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${limit}. You have sent ${entries.length}.`,
    );
  }
  const ids = entries.map(({ Id }) => Id);
  const wrong = ids.find((id) => !/^[\w-]{1,80}$/.test(id));
  if (wrong !== undefined) {
    throw new AwsError(
      'InvalidBatchEntryId',
      `A batch entry id can only contain alphanumeric characters, hyphens and underscores, and be at most 80 letters long: ${wrong}`,
    );
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${twice} repeated.`);
}
