import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

type Image = {
  get_width: () => number;
  get_height: () => number;
  display: (into: { data: Uint8ClampedArray; width: number; height: number }, done: (result: unknown) => void) => void;
};
type Libheif = { HeifDecoder: new () => { decode: (file: Uint8Array) => Image[] } };

// A script of its own: decodes a HEIC as the README of libheif-js does, and prints the CPU time of this process, in seconds.
const libheif = createRequire(import.meta.url)('libheif-js/wasm-bundle.js') as Libheif;
const [image] = new libheif.HeifDecoder().decode(readFileSync(process.argv[2] ?? ''));
if (image === undefined) throw new Error('there is no picture in it');
const [width, height] = [image.get_width(), image.get_height()];
const data = new Uint8ClampedArray(width * height * 4);
image.display({ data, width, height }, (result) => {
  if (result === null) throw new Error('it was not decoded');
  const { user, system } = process.cpuUsage();
  console.log((user + system) / 1e6);
});
