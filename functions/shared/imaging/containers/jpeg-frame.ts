/** What a SOF segment says (ITU-T T.81, B.2.2). Sizes are pixels. */
export type Frame = {
  isProgressive: boolean;
  width: number;
  height: number;
  /** In their order: identifier, sampling across and down. */
  components: readonly { id: number; h: number; v: number }[];
  /** Why no such JPEG is read, in words for a person. */
  refusal?: string;
};

const BITS = 8;

const asOrdinary = 'cannot be read here: export it as an ordinary JPEG of 8 bits a channel';

/** Reads a segment with its marker; undefined where it begins no picture. */
export function readFrame(segment: Buffer): Frame | undefined {
  const code = segment[1] ?? 0;
  // SOF0 to SOF15, without DHT, JPG and DAC, which have numbers among them; SOF55 is that of JPEG-LS (ITU-T T.87).
  const isFrame = (code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc) || code === 0xf7;
  if (!isFrame || segment.length < 10) return undefined;
  const count = Math.min(segment[9] ?? 0, Math.floor((segment.length - 10) / 3));
  const components = Array.from({ length: count }, (_, n) => {
    const sampling = segment[11 + n * 3] ?? 0;
    return { id: segment[10 + n * 3] ?? 0, h: sampling >> 4, v: sampling & 15 };
  });
  const height = segment.readUInt16BE(5);
  const refusal = refusalOf(code, segment[4] ?? BITS, height);
  return {
    isProgressive: code === 0xc2 || code === 0xca,
    width: segment.readUInt16BE(7),
    height,
    components,
    ...(refusal !== undefined && { refusal }),
  };
}

function refusalOf(code: number, bits: number, height: number): string | undefined {
  if (code === 0xf7) return `this is a JPEG-LS image, which ${asOrdinary}`;
  if (code === 0xc3 || code === 0xcb) return `this is a lossless JPEG, which ${asOrdinary}`;
  if ((code >= 0xc5 && code <= 0xc7) || code >= 0xcd) return `this is a hierarchical JPEG, which ${asOrdinary}`;
  if (bits !== BITS) return `this is a JPEG of ${bits} bits a channel, which ${asOrdinary}`;
  if (height === 0) return `this JPEG gives its height only after its pixels (DNL), and ${asOrdinary}`;
  return undefined;
}

/** Which scans a picture has had so far. */
export type ScanProgress = { add: (header: Buffer) => void; isComplete: (frame: Frame | undefined) => boolean };

/**
 * A sequential JPEG is complete once each component has had its scan. A progressive one sends each coefficient in several scans, most
 * important bits first (ITU-T T.81, G.1.1.1): it is complete once the lowest bit of all 64 of each component has come.
 */
export function trackScans(): ScanProgress {
  const lowestBits = new Map<number, Uint8Array>();
  return {
    add: (header) => {
      const count = header[4] ?? 0;
      const [first = 0, last = 63, bits = 0] = header.subarray(5 + count * 2, 8 + count * 2);
      for (let n = 0; n < count; n++) {
        const id = header[5 + n * 2] ?? 0;
        const ofComponent = lowestBits.get(id) ?? new Uint8Array(64).fill(BITS);
        ofComponent.fill(bits & 15, first, Math.min(last, 63) + 1);
        lowestBits.set(id, ofComponent);
      }
    },
    isComplete: (frame) =>
      frame !== undefined &&
      frame.components.length > 0 &&
      frame.components.every(({ id }) => {
        const bits = lowestBits.get(id);
        return bits !== undefined && (!frame.isProgressive || bits.every((bit) => bit === 0));
      }),
  };
}
