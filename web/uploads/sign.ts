import type { Api } from '../api/client.ts';
import { ApiProblem, SignedOut, Unreachable } from '../api/problems.ts';
import type { UploadForm } from '../api/types.ts';
import { UploadProblem } from './problem.ts';

/** Asks for the form that one file needs. Throws UploadProblem. */
export async function signUpload(api: Api, file: { name: string; type: string; size: number }): Promise<UploadForm> {
  try {
    const { name, type, size } = file;
    const answer = await api<UploadForm>('/api/uploads', { method: 'POST', json: { name, type, size }, tries: 1 });
    if (answer.unchanged) throw new UploadProblem('unknown');
    return answer.body;
  } catch (error) {
    throw problemOf(error);
  }
}

function problemOf(error: unknown): UploadProblem {
  if (error instanceof UploadProblem) return error;
  if (error instanceof SignedOut) return new UploadProblem('signed-out', { cause: error });
  if (error instanceof Unreachable) return new UploadProblem('connection', { cause: error });
  if (!(error instanceof ApiProblem)) return new UploadProblem('unknown', { cause: error });
  if (error.status === 413) return new UploadProblem('too-large', { cause: error });
  if (error.status === 415) return new UploadProblem('unsupported-type', { cause: error });
  if (error.status === 429 || error.status >= 500) return new UploadProblem('busy', { cause: error });
  return new UploadProblem('refused', { cause: error });
}
