import { createHash } from 'node:crypto';
import type { Random } from '../../core/random.ts';
import { invalidArgument } from './errors.ts';
import { NULL_VERSION } from './model.ts';

/** 32 characters that tell nothing of the order; 128 random bits, so that the seed repeats them and they never repeat themselves. */
export function newVersionId(random: Random): string {
  return createHash('sha256')
    .update(random.hex(32))
    .digest('base64')
    .slice(0, 32)
    .replaceAll('+', '.')
    .replaceAll('/', '_');
}

/** Throws AwsError InvalidArgument for what can be no version id. */
export function checkVersionId(versionId: string): string {
  if (versionId === NULL_VERSION || /^[\w.]{32}$/.test(versionId)) return versionId;
  throw invalidArgument('Invalid version id specified', 'versionId', versionId);
}
