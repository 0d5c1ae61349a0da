import type { OriginalVersion } from './image.ts';
import type { ImageRecord } from './record.ts';

/** The result of bringing one image up to date, as far as one call caused it. */
export type Outcome = {
  /** `unchanged`: the record was already up to date. `nothing`: there is no such original, and no record of one. */
  status: 'ready' | 'rejected' | 'deleted' | 'unchanged' | 'nothing';
  /** The record as it is now; absent for `nothing`. */
  record?: ImageRecord;
  /** The original as last read; absent if there is none. */
  original?: OriginalVersion;
  /** Why this call rejected it. */
  reason?: string;
  /** How many outputs this call wrote that the record now names, and how many bytes these have. */
  outputs: number;
  bytesWritten: number;
};
