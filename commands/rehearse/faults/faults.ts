import type { Defect } from './defect.ts';

/** A release to rehearse: a good one, or one with a defect. */
export type Fault = {
  name: string;
  /** What the defect is, in one sentence. */
  about: string;
  /** Absent from a good release. */
  defect?: Defect;
  /** The released functions; by default, those that create outputs. */
  releases?: 'all' | 'reconciler';
};

const derive = 'shared/imaging/derive.ts';
const encode = 'shared/imaging/encode.ts';

/** In the order of `--all`. Faults that only alarms detect come last, because their alarms need time to return to OK. */
export const faults: readonly Fault[] = [
  { name: 'good', about: 'A release without a defect, of all functions that work on images.', releases: 'all' },
  {
    name: 'crash',
    about: 'The process dies in the middle of every image, as when memory runs out.',
    defect: { file: 'crash.ts', replaces: derive },
  },
  {
    name: 'wrong-size',
    about: 'Every output has a tenth of its width and height; the record claims the right size.',
    defect: { file: 'wrong-size.ts', replaces: encode },
  },
  {
    name: 'rotated',
    about: 'Pictures that a camera stored turned stay turned, squeezed into the upright size.',
    defect: { file: 'rotated.ts', replaces: 'shared/imaging/decode.ts' },
  },
  {
    name: 'black',
    about: 'Every output has the right size and is black.',
    defect: { file: 'black.ts', replaces: encode },
  },
  { name: 'slow', about: 'Every image takes two seconds more.', defect: { file: 'slow.ts', replaces: derive } },
  {
    name: 'leaks-exif',
    about: 'Outputs keep what the camera wrote into the original: place, time and serial number.',
    defect: { file: 'leaks-exif.ts', replaces: derive },
  },
  {
    name: 'rejects-good',
    about: 'Good pictures are rejected as damaged.',
    defect: { file: 'rejects-good.ts', replaces: derive },
  },
  {
    name: 'deletes-live-outputs',
    about: 'Reconciliation takes every output for one that no record names.',
    defect: { file: 'deletes-live-outputs.ts', replaces: 'reconcile-images/plan-outputs.ts' },
    releases: 'reconciler',
  },
  {
    name: 'after-traffic',
    about: 'Photographs of one camera, which no golden picture is from, fail or come out black.',
    defect: { file: 'after-traffic.ts', replaces: derive },
  },
];
