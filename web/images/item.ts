import { signal, type Signal } from '@preact/signals';
import type { LivingImage } from '../api/types.ts';
import type { UploadState } from '../uploads/ports.ts';

/** A picture of the gallery, from the moment that it is dropped. The object stays; what changes is in signals. */
export type Item = {
  /** The same for as long as the page is open, also when the upload becomes an image. */
  key: string;
  name: string;
  /** Bytes. */
  size: number;
  /** By the server's clock, ms: what the gallery is sorted by. */
  addedAt: number;
  /** Known once the upload is signed. */
  imageId: Signal<string | undefined>;
  /** What the API last said. */
  image: Signal<LivingImage | undefined>;
  /** While this tab sends it. */
  upload: Signal<UploadState | undefined>;
  /** The browser's own small copy: a blob URL. */
  preview: Signal<string | undefined>;
};

export type Phase = 'waiting' | 'sending' | 'failed' | 'pending' | 'ready' | 'rejected';

/** Where a picture is on its way. */
export function phaseOf({ image, upload }: Pick<Item, 'image' | 'upload'>): Phase {
  const seen = image.value;
  if (seen !== undefined) return seen.status;
  const sent = upload.value;
  if (sent === undefined || sent.status === 'sent') return 'pending';
  return sent.status === 'queued' || sent.status === 'offline' ? 'waiting' : sent.status;
}

export function itemOfImage(image: LivingImage): Item {
  return {
    key: image.imageId,
    name: image.name,
    size: image.size ?? 0,
    addedAt: Date.parse(image.uploadedAt ?? '') || 0,
    imageId: signal(image.imageId),
    image: signal(image),
    upload: signal(undefined),
    preview: signal(undefined),
  };
}

export function itemOfFile(key: string, file: { name: string; size: number }, addedAt: number): Item {
  return {
    key,
    name: file.name,
    size: file.size,
    addedAt,
    imageId: signal(undefined),
    image: signal(undefined),
    upload: signal({ status: 'queued' }),
    preview: signal(undefined),
  };
}
