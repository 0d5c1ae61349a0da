import type { Clock } from '../core/clock.ts';
import type { Line } from './line.ts';

export type LineGrouper = {
  /** Prints the line, or counts it where many are like it. */
  print: (line: Line) => void;
  /** Tells what has been counted, and counts no more. */
  end: () => void;
};

/** So many lines that are alike are read one by one. */
const SHOWN = 5;
/** Those that follow are counted and told together, this often (real time: somebody reads). */
const TOGETHER_MS = 5000;

type Group = { shown: number; held: Line[] };

/**
 * Keeps a steady flow of lines that are alike (a burst of uploads, say) from washing away what matters between them. Lines without `groupKey`
 * are always printed.
 */
export function createLineGrouper(print: (line: Line) => void, clock: Pick<Clock, 'work'>): LineGrouper {
  const groups = new Map<string, Group>();
  const ending = new AbortController();

  /** One line is told as it is, more as their number. */
  function tell({ held }: Group): void {
    const [first] = held;
    if (first === undefined) return;
    if (held.length === 1) print(first);
    else print({ tone: 'quiet', where: first.where, what: `and ${String(held.length)} more: ${first.groupKey ?? ''}` });
  }

  /** A group lasts as long as it flows: the first span without a line that had to be counted ends it. */
  async function follow(name: string, group: Group): Promise<void> {
    do {
      tell(group);
      group.held = [];
      await clock.work(TOGETHER_MS, ending.signal);
    } while (group.held.length > 0 && !ending.signal.aborted);
    groups.delete(name);
    tell(group);
  }

  return {
    print: (line) => {
      if (line.groupKey === undefined || ending.signal.aborted) {
        print(line);
        return;
      }
      const name = `${line.where}\n${line.groupKey}`;
      let group = groups.get(name);
      if (group === undefined) {
        group = { shown: 0, held: [] };
        groups.set(name, group);
        void follow(name, group);
      }
      if (group.shown < SHOWN) {
        group.shown += 1;
        print(line);
      } else group.held.push(line);
    },
    end: () => {
      ending.abort();
    },
  };
}
