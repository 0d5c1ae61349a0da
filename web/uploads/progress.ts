import { computed, signal } from '@preact/signals';
import type { Item } from '../images/item.ts';

/** The uploads of this run: from the first file that is added while nothing is sent, until the last has ended. */
export const run = signal<readonly Item[]>([]);

/** Names of files that a page before this one was sending, and that the browser could not keep. */
export const lost = signal<readonly string[]>([]);

export type Progress = {
  /** Files. */
  total: number;
  sent: number;
  failed: number;
  isActive: boolean;
  /** Whether everything waits for the connection. */
  isOffline: boolean;
  /** Bytes. */
  bytes: number;
  bytesSent: number;
  /** Bytes per second. */
  speed: number;
};

export const progress = computed((): Progress => {
  const sum = { total: 0, sent: 0, failed: 0, bytes: 0, bytesSent: 0, speed: 0 };
  let [waiting, offline, sending] = [0, 0, 0];
  for (const { size, upload } of run.value) {
    const state = upload.value;
    sum.total += 1;
    sum.bytes += size;
    if (state === undefined || state.status === 'sent') {
      sum.sent += 1;
      sum.bytesSent += size;
    } else if (state.status === 'failed') {
      sum.failed += 1;
    } else if (state.status === 'sending') {
      sending += 1;
      sum.bytesSent += state.sent;
      sum.speed += state.speed;
    } else {
      waiting += 1;
      if (state.status === 'offline') offline += 1;
    }
  }
  return { ...sum, isActive: sending + waiting > 0, isOffline: sending === 0 && offline > 0 };
});
