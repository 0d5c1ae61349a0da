import { jsonOf, readAnswer, type Answer } from './answer.ts';
import type { Invocation, Ports } from './ports.ts';
import { requestEvent, type Asked } from './requests.ts';

/** What an answer must be. */
export type Expected = {
  status: number;
  /** The content type's beginning. */
  type?: string;
  /** The `code` of a problem document, which then it must be. */
  problem?: string;
  /** Headers that must be there, and what they must match. */
  headers?: Readonly<Record<string, RegExp>>;
};

/** One new version on trial: the problems found so far, and the means to find more. */
export type Trial = Readonly<{
  ports: Ports;
  failures: string[];
  deadline: AbortSignal;
  /** Two users that do not exist and that no other test uses: the owner of the images, and another one. */
  owner: string;
  stranger: string;
  /** Puts a picture of the owner's into the bucket; it is taken away when the trial is over. */
  upload: () => Promise<{ key: string; imageId: string }>;
  /** Remembers an object that another client has put there for this trial, to delete it later. */
  owns: (key: string) => void;
  invoke: (event: unknown) => Promise<Invocation>;
  /** Sends a request and notes every difference from the expectation. Undefined if there was no response. */
  ask: (what: string, asked: Asked, expected: Expected) => Promise<Answer | undefined>;
  /** The same without noting anything. */
  look: (asked: Asked) => Promise<Answer | undefined>;
}>;

/** In a row: the version may be about to become active, or the account at its limit. */
const TRIES = 5;

export function createTrial(
  ports: Ports,
  { functionName, version, deadline }: { functionName: string; version: string; deadline: AbortSignal },
): { trial: Trial; cleanUp: () => Promise<void> } {
  const failures: string[] = [];
  const owned = new Set<string>();
  const run = ports.newName();
  const owner = `verify-gallery-${run}`;

  async function invoke(event: unknown): Promise<Invocation> {
    for (let tries = 1; ; tries++) {
      const invocation = await ports.invoke(functionName, version, event);
      if (invocation.status !== 'unavailable' || tries === TRIES || deadline.aborted) return invocation;
      await ports.pause(250 * 2 ** tries);
    }
  }

  async function ask(what: string, asked: Asked, expected: Expected): Promise<Answer | undefined> {
    const invocation = await invoke(requestEvent(asked));
    if (invocation.status !== 'returned') {
      const why = invocation.status === 'failed' ? invocation.error : invocation.why;
      failures.push(`${what}: no answer (${why})`);
      return undefined;
    }
    const answer = readAnswer(invocation.payload);
    if (answer === undefined) failures.push(`${what}: the answer is none that an HTTP API understands`);
    else failures.push(...problemsOf(answer, expected).map((problem) => `${what}: ${problem}`));
    return answer;
  }

  async function look(asked: Asked): Promise<Answer | undefined> {
    const invocation = await invoke(requestEvent(asked));
    return invocation.status === 'returned' ? readAnswer(invocation.payload) : undefined;
  }

  async function upload() {
    const key = `users/${owner}/${ports.newName()}/verify.png`;
    owned.add(key);
    await ports.putPicture(key);
    return { key, imageId: ports.imageId({ bucket: ports.bucket, key }) };
  }

  /** Always runs: a picture without a real owner must not stay. An object that is already gone is not an error. */
  async function cleanUp(): Promise<void> {
    for (const key of owned) {
      await ports.deletePicture(key).catch((error: unknown) => ports.warn(`taking away ${key}`, error));
    }
  }

  const stranger = `verify-gallery-${run}-stranger`;
  const owns = (key: string) => void owned.add(key);
  return { trial: { ports, failures, deadline, owner, stranger, upload, owns, invoke, ask, look }, cleanUp };
}

function problemsOf(answer: Answer, { status, type, problem, headers = {} }: Expected): string[] {
  if (answer.status !== status) return [`answered ${answer.status} instead of ${status}`];
  const found: string[] = [];
  const wanted = problem === undefined ? type : 'application/problem+json';
  const contentType = answer.headers['content-type'] ?? 'nothing';
  if (wanted !== undefined && !contentType.startsWith(wanted)) found.push(`is ${contentType} instead of ${wanted}`);
  if (answer.headers['x-content-type-options'] !== 'nosniff') found.push('lets browsers guess what it is');
  for (const [name, pattern] of Object.entries(headers)) {
    if (!pattern.test(answer.headers[name] ?? ''))
      found.push(`has the header ${name}: ${answer.headers[name] ?? '(none)'}`);
  }
  if (problem !== undefined) {
    const document = jsonOf(answer);
    if (document?.['code'] !== problem || document['status'] !== status || typeof document['detail'] !== 'string') {
      found.push(`is no problem document that says "${problem}"`);
    }
  }
  return found;
}
