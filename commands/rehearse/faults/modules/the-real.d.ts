// What faults wrap: modules of functions/, which the bundler gives to them by these names. Their types are told once more, as far as
// faults need them, since commands know nothing of functions.

declare module 'the-real:shared/imaging/derive.ts' {
  export type Recipe = { name: string };
  export type Output = { width: number; height: number; format: 'webp' | 'avif'; bytes: Uint8Array };
  export type Decoding = object;
  export function derive(original: Uint8Array, recipe: Recipe, decoding: Decoding): Promise<{ outputs: Output[] }>;
}

declare module 'the-real:shared/imaging/decode.ts' {
  export type Size = { width: number; height: number };
  export type Accepted = Size & { orientation: number };
  export function decode(accepted: Accepted, size: Size): Promise<object>;
}

declare module 'the-real:shared/imaging/encode.ts' {
  export type Pixels = { width: number; height: number; data: Uint8Array; channels: 1 | 2 | 3 | 4 };
  export function encode(pixels: Pixels, format: 'webp' | 'avif'): Promise<Uint8Array>;
}

declare module 'the-real:shared/imaging/pixels.ts' {
  import type { Pixels } from 'the-real:shared/imaging/encode.ts';
  export function shrink(pixels: Pixels, size: { width: number; height: number }): Promise<Pixels>;
}

declare module 'the-real:shared/images/errors.ts' {
  export class UnacceptableImageError extends Error {}
}

declare module 'the-real:reconcile-images/plan-outputs.ts' {
  export type OutputFacts = { records: ReadonlyMap<string, object> };
  export function planOutputs(facts: OutputFacts): object[];
  export function hasOutputsOfOurs(record: object, ours: string): boolean;
  export function grouped(objects: readonly object[]): object[];
}
