import { z } from 'zod';
import type { Artifact } from '../../builder/artifact.ts';

const built = z.strictObject({ Folder: z.string(), Sha256: z.string() });

/** What the builder puts where a template names code: see builder/artifact.ts. */
export const artifact = z.custom<Artifact>((value) => built.safeParse(value).success, {
  error:
    'the local cloud runs code that it built from a folder beside the template or from inline code, neither a zip in S3 nor an image',
});
