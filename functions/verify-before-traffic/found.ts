import type { Image } from '../shared/images/image.ts';
import type { ImageRecord, Output } from '../shared/images/record.ts';
import type { Distance, Pixels } from './colours.ts';
import type { Scene } from './expectation.ts';

/** A file in the bucket: see shared/imaging/inspect.ts. `headers` are what a browser receives with it. */
export type File = Pixels & { format: string; metadata: readonly string[]; bytes: number; headers: Headers };

/** As S3 stores them with an object. */
export type Headers = { contentType?: string; cacheControl?: string };

/** An output that a record names, and the object with its key. */
export type Found = { named: Output; file: File | 'absent' | { damage: string } };

/** The result for one picture. */
export type Got = {
  /** How the invocation failed, if it did. */
  failure?: string;
  record?: ImageRecord;
  outputs: readonly Found[];
  /** What its placeholder shows, if it has one. */
  placeholder?: Pixels | { damage: string };
};

/** The work to do: which image, by which version of the function, and by which version of the recipe. */
export type Order = { image: Image; eTag: string; version: string; recipeVersion: number };

/** What the evaluation needs of the world. */
export type JudgePorts = {
  sceneNamed: (name: string) => Scene;
  /** What a placeholder shows at its best that is made of a picture with these colours (see colours.ts). */
  asPlaceholder: (colours: Uint8Array, shape: { width: number; height: number }) => Pixels;
};

/** `problems` are sentences, the most informative first; none if everything is as expected. */
export type Judgement = { problems: string[]; distance?: Distance };
