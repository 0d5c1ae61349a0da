import { z } from 'zod';

/** What the builder puts where a template names code: see build/artifact.ts. */
export const artifact = z.strictObject(
  { Folder: z.string(), Sha256: z.string() },
  {
    error:
      'the local cloud runs code that it built from a folder beside the template or from inline code, neither a zip in S3 nor an image',
  },
);
