import type { UploadForm } from '../api/types.ts';
import { UploadProblem } from './problem.ts';

/**
 * Posts a file to the bucket. XMLHttpRequest, since fetch says nothing about what is on its way.
 * Throws UploadProblem; resolves without effect when `signal` aborts.
 */
export async function sendFile(
  form: UploadForm,
  file: File,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  await assertReadable(file);
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', file);
  await new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', form.url);
    // The request also contains the form's fields, but people think of their file.
    request.upload.onprogress = ({ loaded, total }) => onSent(Math.min(file.size, (loaded / total) * file.size));
    request.onload = () => {
      const problem = request.status < 300 ? undefined : problemOf(request.status, request.responseText);
      if (problem === undefined) resolve();
      else reject(problem);
    };
    request.onerror = () => reject(new UploadProblem('connection'));
    request.onabort = () => resolve();
    signal.addEventListener('abort', () => request.abort(), { once: true });
    if (signal.aborted) resolve();
    else request.send(body);
  });
}

/** A file that was moved or changed since looks like a lost connection to XMLHttpRequest. */
async function assertReadable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new UploadProblem('unreadable', { cause });
  }
}

/** S3 answers in XML: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function problemOf(status: number, xml: string): UploadProblem {
  const code = /<Code>([^<]*)<\/Code>/.exec(xml)?.[1] ?? '';
  if (status >= 500 || status === 429 || status === 408 || code === 'RequestTimeout') return new UploadProblem('busy');
  if (code === 'EntityTooLarge' || code === 'EntityTooSmall') return new UploadProblem('changed');
  // Most likely the form has expired on the way: the next try brings a new one.
  if (/expired/i.test(xml)) return new UploadProblem('busy');
  return new UploadProblem('refused');
}
