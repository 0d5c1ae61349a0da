import type { Answered } from '../../tests/end-to-end/support/gallery.ts';

/** One request of the page: a GET, or with a body a POST. */
export type Api = (path: string, body?: object) => Promise<Pick<Answered, 'status' | 'json'>>;

/** What a page asks while somebody looks and uploads: milliseconds of each request, `rounds` times all of them. Throws at an error. */
export async function timesOf(api: Api, rounds: number): Promise<number[]> {
  const times: number[] = [];
  async function timed(path: string, body?: object): Promise<Record<string, unknown>> {
    const start = performance.now();
    const { status, json } = await api(path, body);
    times.push(performance.now() - start);
    if (status >= 300) throw new Error(`${path} was answered with ${String(status)}: ${JSON.stringify(json)}`);
    return json;
  }
  for (let round = 0; round < rounds; round++) {
    const { images } = (await timed('api/images?limit=60')) as { images: { imageId: string }[] };
    const ids = images.slice(0, 20).map(({ imageId }) => imageId);
    await timed(`api/images?ids=${ids.join(',')}`);
    await timed(`api/images/${ids[0] ?? ''}`);
    await timed('api/config');
    await timed('api/uploads', { name: 'photo.jpg', type: 'image/jpeg', size: 1_000_000 });
  }
  return times;
}

/** The nearest rank; NaN of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}
