import type { AlarmState } from '../../core/cloud-event.ts';

export type HistoryItem = {
  alarmName: string;
  /** Milliseconds since 1970. */
  at: number;
  type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  summary: string;
  /** JSON. */
  data: string;
};

export type StateSaid = { state: AlarmState; reason: string; reasonData?: string | undefined };

/** Of one alarm; AWS keeps a month of them. */
const MOST_ITEMS = 100;

/** What happened to alarms, in memory only. */
export function createHistory() {
  const items = new Map<string, HistoryItem[]>();
  return {
    add: (item: HistoryItem): void => {
      const own = items.get(item.alarmName) ?? [];
      items.set(item.alarmName, [...own.slice(1 - MOST_ITEMS), item]);
    },
    /** The latest last; of all alarms where none is named. */
    list: (alarmName?: string): HistoryItem[] =>
      (alarmName === undefined ? [...items.values()].flat() : (items.get(alarmName) ?? [])).toSorted(
        (a, b) => a.at - b.at,
      ),
  };
}

/** The data of a change of state, as AWS keeps it. */
export function stateChange(before: StateSaid, after: StateSaid): string {
  const said = ({ state, reason, reasonData }: StateSaid): object => ({
    stateValue: state,
    stateReason: reason,
    ...(reasonData !== undefined && { stateReasonData: parsed(reasonData) }),
  });
  return JSON.stringify({ version: '1.0', oldState: said(before), newState: said(after) });
}

/** Whoever sets a state by hand may say anything. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
