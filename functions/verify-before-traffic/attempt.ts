import { imageId, type Image } from '../shared/images/image.ts';
import type { RecipeName } from '../shared/images/recipe.ts';
import type { ImageRecord, Output } from '../shared/images/record.ts';
import { uploadEvent } from './upload-event.ts';
import type { GoldenPicture } from './golden.ts';
import type { Found, Got } from './found.ts';
import type { Invocation, Ports } from './ports.ts';

/** One version of the function that is released. */
export type Target = { deploymentId: string; functionName: string; recipe: RecipeName; version: string };

/** The result for a picture, and the duration of its invocation. */
export type Attempted = { ms: number; isFunctionError: boolean; eTag: string; got: Got };

/** Throttled invocations are retried after 0.1, 0.2, 0.4, … s, at most 5 s. */
const longestPause = 5_000;

export function imageOf(ports: Ports, { deploymentId, version }: Target, { name }: GoldenPicture): Image {
  return { bucket: ports.bucket, key: `${deploymentId}/${version}/${name}` };
}

/** Uploads a picture, invokes the version as S3 would, and reads the results: the record and, on request, the outputs. */
export async function attempt(
  ports: Ports,
  target: Target,
  picture: GoldenPicture,
  deadline: AbortSignal,
  withOutputs: boolean,
): Promise<Attempted> {
  const image = imageOf(ports, target, picture);
  const { eTag } = await ports.putPicture(image.key, picture.bytes);
  const event = uploadEvent(target.recipe, { ...image, eTag, size: picture.bytes.length }, ports.now());
  const invocation = await invoke(ports, target, event, deadline);

  const failure = failureOf(invocation);
  const record = await ports.readRecord(imageId(image), target.recipe);
  const outputs = withOutputs ? await findOutputs(ports, record) : [];
  const placeholder = withOutputs ? findPlaceholder(ports, record) : undefined;
  return {
    ms: Math.round(invocation.ms),
    isFunctionError: invocation.status === 'failed',
    eTag,
    got: {
      ...(failure !== undefined && { failure }),
      ...(record && { record }),
      outputs,
      ...(placeholder && { placeholder }),
    },
  };
}

/** Retries throttled invocations until the deadline, and throws then. */
export async function invoke(
  ports: Pick<Ports, 'invoke' | 'pause'>,
  { functionName, version }: Pick<Target, 'functionName' | 'version'>,
  event: unknown,
  deadline: AbortSignal,
): Promise<Exclude<Invocation, { status: 'unavailable' }>> {
  for (let n = 0; ; n++) {
    const invocation = await ports.invoke(functionName, version, event);
    if (invocation.status !== 'unavailable') return invocation;
    if (deadline.aborted)
      throw new Error(`the function could not be invoked until the time was over: ${invocation.why}`);
    await ports.pause(Math.min(longestPause, 100 * 2 ** n));
  }
}

/** In words; a batch whose message is handed back has failed as well, though Lambda counts no error. */
function failureOf(invocation: Exclude<Invocation, { status: 'unavailable' }>): string | undefined {
  if (invocation.status === 'failed') return `the function failed: ${invocation.error}`;
  const { batchItemFailures } = (invocation.payload ?? {}) as { batchItemFailures?: unknown };
  return Array.isArray(batchItemFailures) && batchItemFailures.length > 0
    ? 'the function handed the message back'
    : undefined;
}

async function findOutputs(ports: Ports, record: ImageRecord | undefined): Promise<Found[]> {
  return Promise.all((record?.outputs ?? []).map(async (named) => ({ named, file: await findFile(ports, named) })));
}

async function findFile(ports: Ports, { key }: Output): Promise<Found['file']> {
  const object = await ports.readOutput(key);
  if (object === undefined) return 'absent';
  const { bytes, ...headers } = object;
  try {
    return { ...(await ports.inspect(bytes)), bytes: bytes.length, headers };
  } catch (error) {
    return { damage: String(error) };
  }
}

function findPlaceholder(ports: Ports, record: ImageRecord | undefined): Got['placeholder'] {
  if (!record?.placeholder) return undefined;
  try {
    return ports.showPlaceholder(record.placeholder);
  } catch (error) {
    return { damage: String(error) };
  }
}
