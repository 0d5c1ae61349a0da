/** How a language writes numbers, sizes and times. Sizes: units of 1000 bytes, as cameras and shops count. */
export type Format = {
  number: (value: number) => string;
  bytes: (value: number) => string;
  /** Of bytes per second. */
  speed: (value: number) => string;
  percent: (value: number) => string;
  month: (at: number) => string;
  moment: (at: number) => string;
  /** ISO 8601 without a zone: shown as it is written. */
  localMoment: (text: string) => string;
};

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function createFormat(language: string): Format {
  const plain = new Intl.NumberFormat(language);
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const sizes = UNITS.map((unit) => {
    const digits = unit === 'byte' || unit === 'kilobyte' ? 0 : 1;
    return new Intl.NumberFormat(language, {
      style: 'unit',
      unit,
      // "12 byte" is what the short form makes of it.
      unitDisplay: unit === 'byte' ? 'long' : 'short',
      maximumFractionDigits: digits,
    });
  });
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric' });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const zoneless = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const bytes = (value: number): string => {
    const step = value < 1000 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log10(value) / 3));
    return sizes[step]?.format(value / 1000 ** step) ?? '';
  };
  return {
    number: (value) => plain.format(value),
    bytes,
    speed: (value) => `${bytes(value)}/s`,
    percent: (value) => share.format(value),
    month: (at) => month.format(at),
    moment: (at) => moment.format(at),
    localMoment: (text) => {
      const at = Date.parse(`${text.replace(/Z$/, '')}Z`);
      return Number.isNaN(at) ? text : zoneless.format(at);
    },
  };
}
