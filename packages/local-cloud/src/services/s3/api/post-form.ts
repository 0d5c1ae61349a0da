import { Busboy } from '@fastify/busboy';
import { AwsError } from '../../../core/aws-error.ts';
import type { WireRequest } from '../../../wire/messages.ts';
import { invalidArgument } from '../errors.ts';

/** What a browser's form sends: fields by name (in lower case), and one file, which ends what S3 reads of it. */
export type PostForm = { fields: Readonly<Record<string, string>>; file: Buffer };

const MOST_FIELD_BYTES = 20 * 1024;

/** Reads `multipart/form-data`; `${filename}` in a field becomes the file's name. Throws AwsError in S3's words for what is none. */
export async function readPostForm({ headers, body }: Pick<WireRequest, 'headers' | 'body'>): Promise<PostForm> {
  const type = headers['content-type'] ?? '';
  if (!type.toLowerCase().startsWith('multipart/form-data')) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
      Condition: 'Bucket POST must be of the enclosure-type multipart/form-data',
    });
  }
  const { fields, files } = await parse(type, body);
  const [file, another] = files;
  if (file === undefined || another !== undefined) {
    throw invalidArgument('POST requires exactly one file upload per request.', 'file', String(files.length));
  }
  const size = [...fields].reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (size > MOST_FIELD_BYTES) {
    throw new AwsError(
      'MaxPostPreDataLengthExceededError',
      'Your POST request fields preceding the upload file were too large.',
      400,
      { MaxPostPreDataLengthBytes: String(MOST_FIELD_BYTES) },
    );
  }
  const expanded = [...fields].map(([name, value]) => [name, value.replaceAll('${filename}', () => file.name)]);
  return { fields: Object.fromEntries(expanded) as Record<string, string>, file: file.bytes };
}

type Parsed = { fields: Map<string, string>; files: { name: string; bytes: Buffer }[] };

function parse(contentType: string, body: Buffer): Promise<Parsed> {
  return new Promise((resolve, reject) => {
    const fields: Parsed['fields'] = new Map();
    const files: Parsed['files'] = [];
    const malformed = (cause: unknown): void => {
      const message = 'The body of your POST request is not well-formed multipart/form-data.';
      reject(Object.assign(new AwsError('MalformedPOSTRequest', message), { cause }));
    };
    try {
      const form = new Busboy({
        headers: { 'content-type': contentType },
        isPartAFile: (name) => name?.toLowerCase() === 'file',
        limits: { fieldNameSize: MOST_FIELD_BYTES },
      });
      form.on('field', (name, value) => {
        // Whatever comes after the file S3 does not read.
        if (files.length === 0) fields.set(name.toLowerCase(), value);
      });
      form.on('file', (_field, stream, name) => {
        const chunks: Buffer[] = [];
        const file = { name, bytes: Buffer.alloc(0) };
        files.push(file);
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => (file.bytes = Buffer.concat(chunks)));
        stream.on('error', malformed);
      });
      form.on('error', malformed);
      form.on('finish', () => resolve({ fields, files }));
      form.end(body);
    } catch (error) {
      malformed(error);
    }
  });
}
