import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Blobs } from './blobs.ts';
import { checksumOf } from './checksums.ts';
import type { WriteCondition } from './conditions.ts';
import { invalidRequest } from './errors.ts';
import type { Cause } from './event-record.ts';
import type { Checksum, ChecksumAlgorithm, ObjectHeaders, Part, StoredObject } from './model.ts';
import type { Objects } from './objects.ts';
import { compareBytes } from './sorted-keys.ts';

export type Upload = ObjectHeaders & {
  bucket: string;
  key: string;
  uploadId: string;
  /** ISO 8601, UTC. */
  initiated: string;
  checksumAlgorithm: ChecksumAlgorithm;
  checksumType: Checksum['type'];
  /** Did the client choose the algorithm? Otherwise answers do not speak of it. */
  checksumAsked: boolean;
};

export type UploadedPart = Part & { number: number; eTag: string; checksum: string; lastModified: string };

/** What a client says at the end: which parts, in which order. Checksums are base64. */
export type ListedPart = { number: number; eTag: string; checksum?: string };

export type MultipartUploads = {
  create: (upload: Omit<Upload, 'uploadId' | 'initiated'>) => Upload;
  /** Throws AwsError NoSuchUpload. */
  get: (bucket: string, key: string, uploadId: string) => Upload;
  putPart: (upload: Upload, part: Omit<UploadedPart, 'lastModified'>) => UploadedPart;
  /** By number. */
  parts: (upload: Upload) => UploadedPart[];
  /** Throws AwsError InvalidPart, InvalidPartOrder or EntityTooSmall. */
  complete: (
    upload: Upload,
    listed: readonly ListedPart[],
    asked: { condition: WriteCondition; checksum?: string; size?: number },
    cause: Cause,
  ) => Promise<StoredObject>;
  abort: (upload: Upload) => void;
  abortAll: (bucket: string) => void;
  /** Those of a bucket, by key and then by age. */
  list: (bucket: string) => Upload[];
  allParts: () => UploadedPart[];
};

/** All parts but the last must have that many bytes. */
const SMALLEST_PART = 5 * 1024 * 1024;

export function openMultipartUploads(
  { stateFolder, clock, random }: Pick<ServiceContext, 'stateFolder' | 'clock' | 'random'>,
  { blobs, objects, nextSequence }: { blobs: Blobs; objects: Objects; nextSequence: () => string },
): MultipartUploads {
  const fileOf = (name: string): string | undefined =>
    stateFolder === undefined ? undefined : join(stateFolder, 's3', name);
  const uploads = openStore<Upload>(fileOf('uploads.jsonl'));
  const parts = openStore<UploadedPart>(fileOf('parts.jsonl'));
  const numbers = new Map<string, Set<number>>();
  const partId = (uploadId: string, number: number): string => `${uploadId}/${String(number)}`;
  const numbersOf = (uploadId: string): Set<number> => {
    let known = numbers.get(uploadId);
    if (known === undefined) numbers.set(uploadId, (known = new Set()));
    return known;
  };
  for (const [id, { number }] of parts.entries()) numbersOf(id.slice(0, id.indexOf('/'))).add(number);

  const partsOf = ({ uploadId }: Upload): UploadedPart[] =>
    [...numbersOf(uploadId)].sort((a, b) => a - b).flatMap((number) => parts.get(partId(uploadId, number)) ?? []);

  /** Forgets an upload; the bytes of the parts that no object took over go too. */
  function forget(upload: Upload, taken: ReadonlySet<string> = new Set()): void {
    blobs.remove(partsOf(upload).filter(({ blob }) => !taken.has(blob)));
    for (const number of numbersOf(upload.uploadId)) parts.delete(partId(upload.uploadId, number));
    numbers.delete(upload.uploadId);
    uploads.delete(upload.uploadId);
  }

  function choose(upload: Upload, listed: readonly ListedPart[]): UploadedPart[] {
    if (listed.length === 0) throw new AwsError('MalformedXML', 'You must specify at least one part');
    if (listed.some(({ number }, index) => number <= (listed[index - 1]?.number ?? 0))) {
      throw new AwsError(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      );
    }
    return listed.map(({ number, eTag, checksum }, index) => {
      const part = parts.get(partId(upload.uploadId, number));
      if (part === undefined || part.eTag !== eTag || (checksum !== undefined && part.checksum !== checksum)) {
        throw new AwsError(
          'InvalidPart',
          "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
          400,
          { UploadId: upload.uploadId, PartNumber: String(number), ETag: eTag },
        );
      }
      if (part.size < SMALLEST_PART && index < listed.length - 1) {
        throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
          ProposedSize: String(part.size),
          MinSizeAllowed: String(SMALLEST_PART),
          PartNumber: String(number),
          ETag: eTag,
        });
      }
      return part;
    });
  }

  async function checksumOfParts(
    { checksumAlgorithm: algorithm, checksumType: type }: Upload,
    chosen: readonly UploadedPart[],
  ): Promise<Checksum> {
    if (type === 'COMPOSITE') {
      const all = Buffer.concat(chosen.map(({ checksum }) => Buffer.from(checksum, 'base64')));
      return { algorithm, type, value: `${checksumOf(algorithm, all)}-${String(chosen.length)}` };
    }
    return { algorithm, type, value: checksumOf(algorithm, await blobs.read(chosen, 0, sizeOf(chosen))) };
  }

  return {
    create: (made) => {
      const upload = { ...made, uploadId: `${nextSequence()}${random.hex(46)}`, initiated: clock.now().toISOString() };
      uploads.set(upload.uploadId, upload);
      return upload;
    },
    get: (bucket, key, uploadId) => {
      const upload = uploads.get(uploadId);
      if (upload?.bucket === bucket && upload.key === key) return upload;
      throw noSuchUpload(uploadId);
    },
    putPart: ({ uploadId }, made) => {
      // Aborted while the part was written.
      if (uploads.get(uploadId) === undefined) {
        blobs.remove([made]);
        throw noSuchUpload(uploadId);
      }
      const id = partId(uploadId, made.number);
      const before = parts.get(id);
      const part = { ...made, lastModified: clock.now().toISOString() };
      parts.set(id, part);
      numbersOf(uploadId).add(part.number);
      if (before !== undefined) blobs.remove([before]);
      return part;
    },
    parts: partsOf,
    complete: async (upload, listed, asked, cause) => {
      const size = sizeOf(choose(upload, listed));
      if (asked.size !== undefined && asked.size !== size) {
        throw invalidRequest(
          `The provided 'x-amz-mp-object-size' header value ${asked.size} does not match what was computed: ${size}`,
        );
      }
      const checksum = await checksumOfParts(upload, choose(upload, listed));
      // Meanwhile it may have been completed or aborted, or a part sent again.
      if (uploads.get(upload.uploadId) === undefined) throw noSuchUpload(upload.uploadId);
      const chosen = choose(upload, listed);
      if (asked.checksum !== undefined && asked.checksum !== checksum.value) {
        throw new AwsError(
          'BadDigest',
          `The ${checksum.algorithm} you specified did not match the calculated checksum.`,
        );
      }
      const md5 = createHash('md5');
      for (const { eTag } of chosen) md5.update(eTag, 'hex');
      const { bucket, key, content, metadata, tags } = upload;
      const object = objects.put(
        {
          bucket,
          key,
          content,
          metadata,
          tags,
          size,
          eTag: `${md5.digest('hex')}-${String(chosen.length)}`,
          parts: chosen.map((part) => ({ blob: part.blob, size: part.size })),
          multipart: true,
          checksum,
        },
        'ObjectCreated:CompleteMultipartUpload',
        asked.condition,
        cause,
      );
      forget(upload, new Set(chosen.map(({ blob }) => blob)));
      return object;
    },
    abort: (upload) => forget(upload),
    abortAll: (bucket) => {
      for (const [, upload] of [...uploads.entries()]) if (upload.bucket === bucket) forget(upload);
    },
    list: (bucket) =>
      [...uploads.entries()]
        .map(([, upload]) => upload)
        .filter((upload) => upload.bucket === bucket)
        .sort((a, b) => compareBytes(a.key, b.key) || (a.uploadId < b.uploadId ? -1 : 1)),
    allParts: () => [...parts.entries()].map(([, part]) => part),
  };
}

function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.size, 0);
}

function noSuchUpload(uploadId: string): AwsError {
  return new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
    { UploadId: uploadId },
  );
}
