/** What a decode is to do. The module is libheif's, compiled; its JavaScript is at `library`. */
export type Task = {
  module: WebAssembly.Module;
  library: string;
  file: Uint8Array;
  item: number;
  maximumPixels: number;
};

export type Refused = 'damaged' | 'out of memory' | 'too much CPU time';

/** The result. `refused`: libheif cannot decode this file. A thrown error is not the file's fault. */
export type Answer =
  | { decoded: { data: Uint8Array<ArrayBuffer>; width: number; height: number; channels: 3 | 4 } }
  | { refused: Refused; why: string };

/** The part of libheif's C interface that is used here, as Emscripten exports it: pointers are numbers. */
type Libheif = {
  HEAPU8: Uint8Array;
  HEAP32: Int32Array;
  HEAPU32: Uint32Array;
  _malloc: (bytes: number) => number;
  _heif_context_alloc: () => number;
  _heif_context_set_maximum_image_size_limit: (context: number, side: number) => void;
  _heif_context_read_from_memory_without_copy: (
    error: number,
    context: number,
    file: number,
    bytes: number,
    options: number,
  ) => void;
  _heif_context_get_image_handle: (error: number, context: number, item: number, handle: number) => void;
  _heif_image_handle_get_width: (handle: number) => number;
  _heif_image_handle_get_height: (handle: number) => number;
  _heif_image_handle_has_alpha_channel: (handle: number) => number;
  _heif_image_handle_is_premultiplied_alpha: (handle: number) => number;
  _heif_decoding_options_alloc: () => number;
  _heif_decode_image: (
    error: number,
    handle: number,
    image: number,
    colourSpace: number,
    chroma: number,
    options: number,
  ) => void;
  _heif_image_get_width: (image: number, channel: number) => number;
  _heif_image_get_height: (image: number, channel: number) => number;
  _heif_image_get_plane_readonly2: (image: number, channel: number, stride: number) => number;
  _heif_image_get_decoding_warnings: (image: number, first: number, into: number, most: number) => number;
};

/**
 * The program of the worker thread. `sam build` makes one file of a function, so this function travels as text: it must use nothing
 * from outside itself but types.
 */
export function decodeInWorker(): void {
  const threads = process.getBuiltinModule('node:worker_threads');
  const { createRequire } = process.getBuiltinModule('node:module');
  const { module, library, file, item, maximumPixels } = threads.workerData as Task;

  // Of libheif's headers: heif_image.h, heif_context.h, heif_decoding.h.
  const RGB = 1;
  const interleaved = { rgb: 10, rgba: 11 };
  const INTERLEAVED_CHANNEL = 10;
  const MEMORY_ALLOCATION_ERROR = 6;
  const SECURITY_LIMIT_EXCEEDED = 1000; // a suberror of it
  const COLOURS_DISAGREE = 152; // a suberror of "invalid input"
  const options = { convertTo8Bit: 20, strict: 21 }; // offsets in heif_decoding_options

  const load = createRequire(library)(library) as (settings: object) => Libheif;
  const libheif = load({
    instantiateWasm: (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => unknown) =>
      receive(new WebAssembly.Instance(module, imports)),
    print: () => undefined,
    printErr: () => undefined,
  });

  class Refusal extends Error {
    readonly refused: Refused;

    constructor(why: string, refused: Refused = 'damaged') {
      super(why);
      this.refused = refused;
    }
  }

  const error = libheif._malloc(12);
  const result = libheif._malloc(4);
  /** An error of libheif is three numbers: its code, its subcode and where its message is. */
  const check = (): void => {
    const code = libheif.HEAP32[error / 4] ?? 0;
    if (code === 0) return;
    const isMemory = code === MEMORY_ALLOCATION_ERROR && libheif.HEAP32[error / 4 + 1] !== SECURITY_LIMIT_EXCEEDED;
    const at = libheif.HEAPU32[error / 4 + 2] ?? 0;
    const message = Buffer.from(libheif.HEAPU8.subarray(at, libheif.HEAPU8.indexOf(0, at))).toString('latin1');
    throw new Refusal(`${message} (${code})`, isMemory ? 'out of memory' : 'damaged');
  };
  const resulting = (): number => libheif.HEAPU32[result / 4] ?? 0;

  function decode(): Answer {
    const context = libheif._heif_context_alloc();
    // A little more: HEVC codes whole blocks, which reach beyond the edges.
    libheif._heif_context_set_maximum_image_size_limit(context, Math.ceil(Math.sqrt(maximumPixels * 1.1)));
    const at = libheif._malloc(file.length);
    if (at === 0) throw new Refusal('no place for the file', 'out of memory');
    libheif.HEAPU8.set(file, at);
    libheif._heif_context_read_from_memory_without_copy(error, context, at, file.length, 0);
    check();
    libheif._heif_context_get_image_handle(error, context, item, result);
    check();
    const handle = resulting();
    const hasAlpha = libheif._heif_image_handle_has_alpha_channel(handle) !== 0;
    const channels = hasAlpha ? 4 : 3;

    const decoding = libheif._heif_decoding_options_alloc();
    libheif.HEAPU8[decoding + options.convertTo8Bit] = 1;
    libheif.HEAPU8[decoding + options.strict] = 1;
    const chroma = hasAlpha ? interleaved.rgba : interleaved.rgb;
    libheif._heif_decode_image(error, handle, result, RGB, chroma, decoding);
    check();
    const image = resulting();
    if (isWarnedOf(image)) throw new Refusal('decoded with warnings');

    const width = libheif._heif_image_get_width(image, INTERLEAVED_CHANNEL);
    const height = libheif._heif_image_get_height(image, INTERLEAVED_CHANNEL);
    const plane = libheif._heif_image_get_plane_readonly2(image, INTERLEAVED_CHANNEL, result);
    const stride = resulting();
    if (plane === 0 || width * height > maximumPixels) throw new Refusal('no pixels, or too many');
    const row = width * channels;
    const data = new Uint8Array(row * height);
    for (let y = 0; y < height; y++) {
      data.set(libheif.HEAPU8.subarray(plane + y * stride, plane + y * stride + row), y * row);
    }
    if (hasAlpha && libheif._heif_image_handle_is_premultiplied_alpha(handle) !== 0) divideByAlpha(data);
    return { decoded: { data, width, height, channels } };
  }

  /** All warnings but that of a stream which names other colours than its container: that one counts, and no pixel is wrong. */
  function isWarnedOf(image: number): boolean {
    const MAX_WARNINGS = 16;
    const into = libheif._malloc(MAX_WARNINGS * 12);
    const count = libheif._heif_image_get_decoding_warnings(image, 0, into, MAX_WARNINGS);
    const all = libheif._heif_image_get_decoding_warnings(image, 0, 0, 0);
    const subcodes = Array.from({ length: count }, (_, n) => libheif.HEAP32[into / 4 + n * 3 + 1]);
    return all > count || subcodes.some((subcode) => subcode !== COLOURS_DISAGREE);
  }

  function divideByAlpha(rgba: Uint8Array): void {
    for (let at = 0; at < rgba.length; at += 4) {
      const alpha = rgba[at + 3] ?? 0;
      if (alpha === 0 || alpha === 255) continue;
      for (let n = at; n < at + 3; n++) rgba[n] = Math.min(255, Math.round(((rgba[n] ?? 0) * 255) / alpha));
    }
  }

  function answer(): Answer {
    try {
      return decode();
    } catch (cause) {
      if (cause instanceof Refusal) return { refused: cause.refused, why: cause.message };
      // The file causes what libheif's own code throws: a trap, or a C++ exception, which is a number.
      if (cause instanceof WebAssembly.RuntimeError) return { refused: 'damaged', why: cause.message };
      if (typeof cause === 'number') return { refused: 'damaged', why: `C++ exception ${cause}` };
      throw cause;
    }
  }

  const answered = answer();
  threads.parentPort?.postMessage(answered, 'decoded' in answered ? [answered.decoded.data.buffer] : []);
}
