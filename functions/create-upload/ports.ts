import type { Image } from '../shared/images/image.ts';

/** What create-upload asks of the world. */
export type Ports = {
  /** The bucket that people upload to. */
  bucket: string;
  /** Signs a form for exactly this key, type and size (bytes). */
  signForm: (upload: {
    key: string;
    contentType: string;
    size: number;
  }) => Promise<{ url: string; fields: Record<string, string> }>;
  /** How long a form is good, seconds. */
  formSeconds: number;
  /** Unique, safe in a key, e.g. a UUID. */
  newName: () => string;
  imageId: (image: Image) => string;
  now: () => Date;
};
