/** A file taken apart: the picture, and what we read of the rest ourselves. */
export type Unpacked = {
  /** The same file with what it takes to show the picture, and little else. */
  picture: Buffer;
  /** The EXIF block, from its byte order mark on. */
  exif?: Buffer;
  /** Of an animation, where the container counts them for less than the decoder does. */
  frames?: number;
};

/** The parts of a file that are kept, in order; neighbours grow together, so that a million tiny parts make one. */
export class KeptParts {
  readonly #file: Buffer;
  readonly #parts: Buffer[] = [];
  #start = 0;
  #end = 0;

  constructor(file: Buffer) {
    this.#file = file;
  }

  keep(start: number, end: number): void {
    if (start !== this.#end) this.#close(start);
    this.#end = end;
  }

  insert(bytes: Buffer): void {
    this.#close(this.#end);
    this.#parts.push(bytes);
  }

  join(): Buffer {
    if (this.#parts.length === 0) return this.#file.subarray(this.#start, this.#end);
    this.#close(this.#end);
    return Buffer.concat(this.#parts);
  }

  #close(nextStart: number): void {
    if (this.#end > this.#start) this.#parts.push(this.#file.subarray(this.#start, this.#end));
    this.#start = nextStart;
    this.#end = nextStart;
  }
}
