import type { OriginalVersion } from '../images/image.ts';
import type { ImageRecord } from '../images/record.ts';

/** What became of an image, as far as one call brought it about. */
export type Outcome = {
  /** `unchanged`: the record already said so. `nothing`: there is no such original, and no record of one. */
  status: FinalRecord['status'] | 'unchanged' | 'nothing';
  /** The record as it stands; absent for `nothing`. */
  record?: ImageRecord;
  /** The original as last seen; absent where there is none. */
  original?: OriginalVersion;
  /** Why this call rejected it. */
  reason?: string;
  /** How many outputs this call wrote that the record now names, and how many bytes these have. */
  outputs: number;
  bytesWritten: number;
};

/** A record that says what became of the image. */
export type FinalRecord = ImageRecord & { status: 'ready' | 'rejected' | 'deleted' };

export function unchanged(record: ImageRecord | undefined, original: OriginalVersion | undefined): Outcome {
  return {
    status: record ? 'unchanged' : 'nothing',
    ...(record && { record }),
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
