import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { ArchiveError, filesOfArchive } from '../../builder/archive.ts';
import type { Artifact } from '../../builder/artifact.ts';
import { layDown } from '../../builder/contents.ts';

/** Bytes, unzipped: Lambda takes no more. */
const LARGEST_CODE = 250 * 1024 ** 2;

/**
 * Lays a function's uploaded zip down as a build would: in a folder named by its hash, which never changes. Throws AwsError
 * InvalidParameterValueException for what Lambda would not unzip.
 */
export async function layDownZip(zip: Buffer, functionName: string, folder: string): Promise<Artifact> {
  const contents = readZip(zip);
  if (contents.files.size === 0) invalid('Uploaded file must be a non-empty zip');
  return layDown({ ...contents, packages: [] }, join(folder, functionName));
}

function readZip(zip: Buffer): ReturnType<typeof filesOfArchive> {
  try {
    return filesOfArchive(zip, LARGEST_CODE);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    if (error.message.startsWith('Unzipped size')) return invalid(error.message);
    return invalid(
      `Could not unzip uploaded file. Please check your file, then try to upload again. (${error.message})`,
    );
  }
}

function invalid(message: string): never {
  throw new AwsError('InvalidParameterValueException', message);
}
