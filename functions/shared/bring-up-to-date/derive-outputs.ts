import type { Derivation } from '../images/derivation.ts';
import { UnacceptableImageError } from '../images/errors.ts';
import type { Feature } from '../images/features.ts';
import type { OriginalVersion } from '../images/image.ts';
import { outputKey } from '../images/keys.ts';
import type { ImageRecord, OpenAttempt, Output } from '../images/record.ts';
import { pending, subjectOf } from './build-records.ts';
import type { Conflict, Task } from './types.ts';

/** Outputs that no record names yet. */
export type Derived = { derivation: Derivation; outputs: Output[] };

/** Why an image cannot have outputs. */
export type Refusal = { reason: string; needs?: Feature };

/** Step 6 of the protocol: adds the attempt to the record, decodes and derives, and puts the outputs under the attempt's own keys. */
export async function deriveOutputs(
  task: Task,
  before: ImageRecord | undefined,
  original: OriginalVersion,
  { open, bytes }: { open: OpenAttempt; bytes: Uint8Array },
): Promise<Derived | Refusal | Conflict> {
  const { ports, recipe } = task;
  // A ready record stays unchanged, with its outputs, until new outputs replace it.
  const record = before?.status === 'ready' ? before : pending(subjectOf(task), original, before);
  if ((await ports.addOpenAttempt(record, open)) === 'lost') return 'conflict';

  let derivation: Derivation;
  try {
    derivation = await ports.derive(bytes, recipe, task.worker.deadline);
  } catch (error) {
    if (error instanceof UnacceptableImageError) {
      return { reason: error.message, ...(error.needs && { needs: error.needs }) };
    }
    throw error;
  }
  const outputs = await Promise.all(
    derivation.outputs.map(async (output) => {
      const key = outputKey(recipe.name, task.id, open.id, output);
      await ports.putOutput(key, output);
      return { key, width: output.width, height: output.height, format: output.format, bytes: output.bytes.byteLength };
    }),
  );
  return { derivation, outputs };
}
