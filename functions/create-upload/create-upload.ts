import { MAX_ORIGINAL_BYTES, sizeRefusal } from '../shared/images/original-size.ts';
import { acceptedTypes, contentTypeOf } from '../shared/gallery/accepted-types.ts';
import { Problem } from '../shared/gallery/problem.ts';
import { safeName } from '../shared/gallery/safe-name.ts';
import type { User } from '../shared/gallery/user.ts';
import type { Ports } from './ports.ts';

/** What docs/api.yaml calls Upload. */
export type Upload = {
  imageId: string;
  name: string;
  contentType: string;
  url: string;
  fields: Record<string, string>;
  /** ISO 8601, UTC. */
  expiresAt: string;
};

/** A form by which one file may be uploaded. Throws a Problem for a request that names no file that could be accepted. */
export async function createUpload(ports: Ports, user: User, body: string): Promise<Upload> {
  const { name: asked, type, size } = readRequest(body);
  const contentType = contentTypeOf(type, asked);
  if (contentType === undefined) {
    throw new Problem('unsupported-type', `This kind of file is not accepted. Accepted are ${kinds.join(', ')}.`);
  }
  if (size > MAX_ORIGINAL_BYTES) throw new Problem('too-large', sentence(sizeRefusal(size) ?? ''));

  const name = safeName(asked);
  // A name of its own for each: two files of one name are two images, and nothing is ever overwritten.
  const key = `users/${user.sub}/${ports.newName()}/${name}`;
  const expiresAt = new Date(ports.now().getTime() + ports.formSeconds * 1_000).toISOString();
  const form = await ports.signForm({ key, contentType, size });
  return { imageId: ports.imageId({ bucket: ports.bucket, key }), name, contentType, ...form, expiresAt };
}

const kinds = acceptedTypes.map((type) => type.replace('image/', '').toUpperCase());

/** More would not fit a request line either. Characters. */
const LONGEST_NAME = 1_024;
const LONGEST_TYPE = 128;

function readRequest(body: string): { name: string; type: string; size: number } {
  const { name, type, size } = parsed(body);
  if (typeof name !== 'string' || name === '' || name.length > LONGEST_NAME) {
    throw new Problem('invalid-request', `"name" must be the file's name, of at most ${LONGEST_NAME} characters.`);
  }
  if (typeof type !== 'string' || type.length > LONGEST_TYPE) {
    throw new Problem('invalid-request', '"type" must be the media type of the file, or empty where it is not known.');
  }
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 1) {
    throw new Problem(
      'invalid-request',
      '"size" must be the number of bytes in the file, and an empty file has no picture.',
    );
  }
  return { name, type, size };
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Problem('invalid-request', 'The body must be a JSON object with "name", "type" and "size".');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
