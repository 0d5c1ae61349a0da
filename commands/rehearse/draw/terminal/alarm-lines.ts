import { guardLabel } from '../../judge/guard-label.ts';
import type { Alarm, Story } from '../../story.ts';
import { firedAt, stateAt } from '../../judge/reading.ts';
import { seconds } from '../words.ts';
import type { Line, Span } from './line.ts';
import { alarmMark } from './marks.ts';

/** A dot an alarm, those that stop a release on a line of their own; names only of what fires or has fired. */
export function alarmLines({ alarms, stackName }: Story): Line[] {
  return [
    ['  guards   ', alarms.filter(({ stopsRelease }) => stopsRelease)] as const,
    ['  informs  ', alarms.filter(({ stopsRelease }) => !stopsRelease)] as const,
  ].flatMap(([label, group]) => (group.length === 0 ? [] : [lineOf(label, group, stackName)]));
}

function lineOf(label: string, group: readonly Alarm[], stackName: string): Line {
  const dots = group.flatMap((alarm): Span[] => [alarmMark(stateAt(alarm)), ['plain', ' ']]);
  const firing = group.filter((alarm) => stateAt(alarm) === 'ALARM');
  const fired = group.filter((alarm) => stateAt(alarm) !== 'ALARM' && firedAt(alarm) !== undefined);
  const waiting = group.filter((alarm) => stateAt(alarm) === 'INSUFFICIENT_DATA').length;
  const names = (list: readonly Alarm[]): string =>
    list.map((alarm) => `${guardLabel(alarm.name, stackName)} (${seconds(firedAt(alarm) ?? 0)})`).join(', ');
  const lines: Span[] = [
    ...(firing.length > 0 ? [['bad', ` fires: ${names(firing)}`] as const] : []),
    ...(fired.length > 0 ? [['warning', ` fired: ${names(fired)}`] as const] : []),
  ];
  if (lines.length > 0) return [['quiet', label], ...dots, ...lines];
  return [['quiet', label], ...dots, ['quiet', waiting === group.length ? ' no data yet' : ' quiet']];
}
