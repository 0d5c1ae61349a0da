import type { OutputFormat } from '../shared/images/recipe.ts';
import type { OriginalFormat, PublicExif } from '../shared/images/record.ts';
import type { Distance } from './colours.ts';
import type { Profiles } from './registration.ts';

/** The expected result for one picture, by one version of one recipe. */
export type Expectation = ExpectedReady | ExpectedRejected;

export type ExpectedReady = {
  status: 'ready';
  /** Of the original; width and height upright, in pixels. */
  format: OriginalFormat;
  width: number;
  height: number;
  /** The picture's content, upright, in sRGB: the name of a scene. */
  scene: string;
  /** How far the outputs' colours may be from the scene's, at most. */
  bounds: Distance;
  outputs: readonly ExpectedOutput[];
  /** Must the record have a placeholder and a dominant colour? */
  describes?: boolean;
  /** What the record must say of the camera, and no more than that. */
  exif?: PublicExif;
};

export type ExpectedOutput = {
  width: number;
  height: number;
  format: OutputFormat;
  /** From, to. */
  bytes: readonly [number, number];
  /** From, to: see detail.ts. */
  detail: readonly [number, number];
};

export type ExpectedRejected = {
  status: 'rejected';
  /** A regular expression for the reason. */
  reason: string;
};

/** What pictures show: mean colours of its cells (see colours.ts), mean lightness of its columns and rows (see registration.ts), and a small picture of it as a `data:` URI, for people. */
export type Scene = { colours: Uint8Array; profiles: Profiles; picture: string };
