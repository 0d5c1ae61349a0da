import type { OriginalVersion } from '../images/image.ts';
import type { Outcome } from '../images/outcome.ts';
import type { FinalRecord, Seen } from './types.ts';

export function unchanged({ before, original }: Seen): Outcome {
  return {
    status: before ? 'unchanged' : 'nothing',
    ...(before && { record: before }),
    ...(original && { original }),
    outputs: 0,
    bytesWritten: 0,
  };
}

export function committed(record: FinalRecord, original: OriginalVersion | undefined): Outcome {
  return {
    status: record.status,
    record,
    ...(original && { original }),
    ...(record.reason !== undefined && { reason: record.reason }),
    outputs: record.outputs.length,
    bytesWritten: record.outputs.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
