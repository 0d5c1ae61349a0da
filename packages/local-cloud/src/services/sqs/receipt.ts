import { AwsError } from '../../core/aws-error.ts';

/** What a receipt handle says: which message, and by which receive. */
export type Receipt = { messageId: string; receiptId: string };

export function writeReceipt({ messageId, receiptId }: Receipt): string {
  return Buffer.from(`${messageId} ${receiptId}`).toString('base64');
}

/** Throws AwsError ReceiptHandleIsInvalid. */
export function readReceipt(handle: string): Receipt {
  const match = /^([0-9a-f-]{36}) ([0-9a-f]+)$/.exec(Buffer.from(handle, 'base64').toString('utf8'));
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new AwsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
      404,
    );
  }
  return { messageId: match[1], receiptId: match[2] };
}
