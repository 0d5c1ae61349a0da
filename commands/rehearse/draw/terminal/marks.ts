import type { Alarm, LifecycleEvent } from '../../story.ts';
import type { Span } from './line.ts';

/** Each state has a character of its own, so that nothing hangs on colour. */

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';

export function spinner(now: number): string {
  return SPINNER[Math.floor(now / 100) % SPINNER.length] ?? '';
}

export function stageMark(status: LifecycleEvent['status'], now: number): Span {
  switch (status) {
    case 'Succeeded':
      return ['good', '✓'];
    case 'Failed':
      return ['bad', '✗'];
    case 'InProgress':
      return ['strong', spinner(now)];
    case 'Skipped':
      return ['quiet', '-'];
    case 'Unknown':
      return ['warning', '?'];
    case 'Pending':
      return ['quiet', '·'];
  }
}

export function alarmMark(state: Alarm['states'][number]['state']): Span {
  switch (state) {
    case 'OK':
      return ['good', '○'];
    case 'ALARM':
      return ['bad', '●'];
    case 'INSUFFICIENT_DATA':
      return ['quiet', '·'];
  }
}

const LEVELS = '▁▂▃▄▅▆▇█';

/** Nothing is the lowest level and everything the highest; whatever is between differs from both. */
export function level(share: number): string {
  if (share <= 0) return '▁';
  if (share >= 1) return '█';
  return LEVELS[Math.min(6, Math.max(1, Math.floor(share * 8)))] ?? '';
}
