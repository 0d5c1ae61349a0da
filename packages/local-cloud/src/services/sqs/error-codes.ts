import { AwsError } from '../../core/aws-error.ts';

/** SQS names some errors differently in its query protocol; JSON answers carry that name too, in a header. */
const queryCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  QueueDeletedRecently: 'AWS.SimpleQueueService.QueueDeletedRecently',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

export function queryCode(code: string): string {
  return queryCodes[code] ?? code;
}

/** The error under the name that this service gives it. */
export function asSqs(error: AwsError): AwsError {
  const named: Readonly<Record<string, string>> = {
    AccessDenied: 'AccessDeniedException',
    MalformedPolicyDocument: 'InvalidAttributeValue',
  };
  return new AwsError(named[error.code] ?? error.code, error.message, error.status, error.details);
}
