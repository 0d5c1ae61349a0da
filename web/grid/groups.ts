const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

export type GroupWords = { today: string; yesterday: string; month: (at: number) => string };

/** What heads an image that was added at `at`, by the calendar of this device. Months are cached: 10,000 images have few. */
export function createGroups(now: number, { today, yesterday, month }: GroupWords): (at: number) => string {
  const [start, before] = [startOfDay(now), startOfDay(startOfDay(now) - 1)];
  const months = new Map<number, string>();
  return (at) => {
    if (at >= start) return today;
    if (at >= before) return yesterday;
    const date = new Date(at);
    const key = date.getFullYear() * 12 + date.getMonth();
    const known = months.get(key) ?? month(at);
    months.set(key, known);
    return known;
  };
}
