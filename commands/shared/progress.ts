import { MultiBar, Presets } from 'cli-progress';

export type Progress = { add: (amount: number) => void };

/** Progress bars, one a row, on a terminal; where there is none (a pipe, CI) nothing is drawn. */
export function openProgress(): { bar: (label: string, total: number) => Progress; close: () => void } {
  if (!process.stderr.isTTY) return { bar: () => ({ add: () => undefined }), close: () => undefined };
  const bars = new MultiBar(
    { format: '  {bar} {percentage}% {label}', hideCursor: true, clearOnComplete: false, stream: process.stderr },
    Presets.shades_classic,
  );
  return {
    bar: (label, total) => {
      const bar = bars.create(Math.max(total, 1), 0, { label });
      return { add: (amount) => bar.increment(amount) };
    },
    close: () => bars.stop(),
  };
}
