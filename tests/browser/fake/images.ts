import { createHash, randomUUID } from 'node:crypto';
import { derive, landscape, photograph, type Drawn } from './drawing.ts';

export type Recorded = {
  imageId: string;
  owner: string;
  name: string;
  size: number;
  uploadedAt: number;
  status: 'pending' | 'ready' | 'rejected' | 'deleted';
  reason?: string;
  drawn?: Drawn;
  version: string;
};

const idOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the pipeline and its table would hold. */
export function createImages(picturesOrigin: () => string) {
  const images: Recorded[] = [];
  const byId = new Map<string, Recorded>();
  const settings = { processMs: 400, version: '1', picturesExpireIn: 3_600_000 };
  const drawings: Drawn[] = [];

  function record(image: Recorded): void {
    images.unshift(image);
    byId.set(image.imageId, image);
  }
  const urlOf = ({ imageId, version }: Recorded, file: string, signedAt: number) =>
    `${picturesOrigin()}/pictures/${imageId}/${version}/${file}?X-Amz-Date=${String(signedAt)}`;
  const outputsOf = (image: Recorded, widths: readonly number[], signedAt: number) =>
    [...(image.drawn?.files ?? [])]
      .filter(([file]) => widths.includes(Number.parseInt(file, 10)))
      .map(([file, { width, height, format, bytes }]) => ({
        width,
        height,
        format,
        bytes: bytes.length,
        url: urlOf(image, file, signedAt),
      }));

  function view(image: Recorded, signedAt: number): object {
    const { imageId, status, name, reason, uploadedAt, size, drawn, version } = image;
    if (status === 'deleted') return { imageId, status };
    const state = { status, processedBy: version, processedAt: new Date(uploadedAt + settings.processMs).toISOString() };
    return {
      imageId,
      status,
      name,
      ...(reason !== undefined && { reason }),
      uploadedAt: new Date(uploadedAt).toISOString(),
      size,
      ...(drawn && {
        format: 'jpeg',
        width: drawn.width,
        height: drawn.height,
        placeholder: drawn.placeholder,
        dominantColour: drawn.dominantColour,
        urlsExpireAt: new Date(signedAt + settings.picturesExpireIn).toISOString(),
      }),
      outputs: outputsOf(image, [128, 320, 640], signedAt),
      recipes: { thumbnails: state, renditions: state },
    };
  }
  function details(image: Recorded, signedAt: number): object {
    const { status, version, uploadedAt } = image;
    const state = (ms: number) => ({
      status,
      processedBy: version,
      processedAt: new Date(uploadedAt + ms).toISOString(),
      recipeVersion: 1,
    });
    const { outputs: _, ...shared } = view(image, signedAt) as { outputs: unknown };
    return {
      ...shared,
      exif: {
        camera: 'Fujifilm X-T5',
        lens: 'XF 23mm F2 R WR',
        exposureTime: '1/250',
        fNumber: 5.6,
        iso: 160,
        focalLength: 23,
        takenAt: '2026-10-28T15:20:00',
      },
      original: { url: urlOf(image, 'original', signedAt), contentType: 'image/jpeg' },
      recipes: {
        thumbnails: { ...state(900), outputs: outputsOf(image, [128, 320, 640], signedAt) },
        renditions: { ...state(2600), outputs: outputsOf(image, [1280], signedAt) },
      },
    };
  }
  return {
    settings,
    byId,
    view,
    details,
    listOf: (owner: string): Recorded[] => images.filter((image) => image.owner === owner && image.status !== 'deleted'),
    /** So many ready images, the newest `ageMs` old, an hour between them; of a few drawings. */
    fill: async (owner: string, count: number, { ageMs = 0, every = 3_600_000, variety = 12 } = {}) => {
      for (let n = drawings.length; n < variety; n += 1) drawings.push(await derive(landscape(n)));
      for (let n = count - 1; n >= 0; n -= 1) {
        const drawn = drawings[n % variety];
        record({
          imageId: idOf(`${owner}/${String(n)}/${randomUUID()}`),
          owner,
          name: `DSC_${String(4000 - n).padStart(4, '0')}.jpg`,
          size: 2_400_000 + ((n * 37_000) % 3_000_000),
          uploadedAt: Date.now() - ageMs - n * every,
          status: 'ready',
          version: settings.version,
          ...(drawn && { drawn }),
        });
      }
    },
    expect: (owner: string, name: string): string => idOf(`${owner}/${randomUUID()}/${name}`),
    /** The bucket has taken a file: from now on it is pending, and soon it is ready or rejected. */
    process: (imageId: string, owner: string, name: string, bytes: Buffer): void => {
      const image: Recorded = {
        imageId,
        owner,
        name,
        size: bytes.length,
        uploadedAt: Date.now(),
        status: 'pending',
        version: settings.version,
      };
      record(image);
      setTimeout(() => {
        const settle = (outcome: Partial<Recorded>) => image.status === 'pending' && Object.assign(image, outcome);
        if (bytes.subarray(4, 12).toString('latin1').startsWith('ftypheic')) {
          settle({ status: 'rejected', reason: 'HEIC is not accepted here: send JPEG, PNG, WebP, GIF or AVIF' });
        } else if (bytes.subarray(0, 5).toString() === '<svg ') {
          settle({ status: 'rejected', reason: 'not a JPEG, PNG, WebP, GIF or AVIF image; it seems to be SVG' });
        } else {
          derive(bytes).then(
            (drawn) => settle({ status: 'ready', drawn, version: settings.version }),
            () => settle({ status: 'rejected', reason: 'the image cannot be decoded' }),
          );
        }
      }, settings.processMs);
    },
    /** A new version makes an image again. */
    remake: async (image: Recorded, version: string, n: number) => {
      image.drawn = await derive(await photograph(n));
      image.version = version;
    },
  };
}
export type Images = ReturnType<typeof createImages>;
