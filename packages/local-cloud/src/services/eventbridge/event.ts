/** An event as rules match it and targets get it. */
export type Event = {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: readonly string[];
  detail: object;
};

type Place = { accountId: string; region: string };

export function eventOf(
  {
    id,
    source,
    detailType,
    time,
    resources,
    detail,
  }: {
    id: string;
    source: string;
    detailType: string;
    time: Date;
    resources: readonly string[];
    detail: object;
  },
  { accountId, region }: Place,
): Event {
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account: accountId,
    // Events keep time by the second.
    time: time.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources,
    detail,
  };
}
