import { batch } from '@preact/signals';
import { readConfig, serverClock } from '../api/config.ts';
import { api } from '../api/page-api.ts';
import type { UploadForm } from '../api/types.ts';
import { itemOfFile, type Item } from '../images/item.ts';
import { addItems, nameImage, removeItems } from '../images/store.ts';
import { watch } from '../images/watching.ts';
import { objectionTo } from './accept.ts';
import { createKeeper, type Keeper, type Left } from './keep.ts';
import { createPreviews } from './previews.ts';
import { lost, progress, run } from './progress.ts';
import { UploadProblem } from './problem.ts';
import type { UploadState } from './ports.ts';
import { createQueue } from './queue.ts';
import { sendFile } from './send.ts';
import { signUpload } from './sign.ts';

const items = new Map<string, Item>();
/** The forms of what is on its way. */
const forms = new Map<string, UploadForm>();
/** ms before its end from which a form is used no more. */
const FORM_SPARE = 60_000;
const isGood = ({ expiresAt }: UploadForm): boolean => serverClock.now() < Date.parse(expiresAt) - FORM_SPARE;
let keeper: Keeper | undefined;

const queue = createQueue<File, UploadForm>({
  sign: async ({ key, file }, abort) => {
    // Sent again after a lost connection, the same form writes the same object: had the first one arrived, there would be two.
    const last = forms.get(key);
    const form = last && isGood(last) ? last : await signUpload(api, file);
    // An answer that comes after the next try has begun must not say under which id the file is known.
    if (abort.aborted) return form;
    forms.set(key, form);
    const item = items.get(key);
    if (item) nameImage(item, form.imageId);
    return form;
  },
  send: async (form, { key, file }, onSent, abort) => {
    try {
      await sendFile(form, file, onSent, abort);
    } catch (error) {
      if (!(error instanceof UploadProblem && error.reason === 'connection')) forms.delete(key);
      throw error;
    }
  },
  isOnline: () => navigator.onLine,
  wait: (ms, abort) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      abort.addEventListener('abort', end, { once: true });
    }),
  now: Date.now,
  show: (key, state) => {
    const item = items.get(key);
    if (item === undefined) return;
    item.upload.value = state;
    if (isOver(state)) {
      keeper?.forget([key]);
      forms.delete(key);
    }
    if (state.status === 'sent') {
      items.delete(key);
      watch.sent(item);
    }
  },
});
const isOver = (state: UploadState): boolean =>
  state.status === 'sent' || (state.status === 'failed' && !state.canRetry);

const previews = createPreviews((key, blob) => {
  const item = items.get(key) ?? run.peek().find((other) => other.key === key);
  if (item !== undefined && item.image.peek()?.status !== 'ready') item.preview.value = URL.createObjectURL(blob);
});

/** Goes on with what was left by an earlier page of the same user. */
export function startUploads(owner: string): void {
  keeper = createKeeper(owner, ({ files, lost: names }: Left) => {
    lost.value = [...lost.peek(), ...names];
    begin(files);
  });
  addEventListener('online', queue.online);
  addEventListener('offline', queue.offline);
}

export async function addFiles(files: readonly File[]): Promise<void> {
  const accepted = (await readConfig()).upload;
  const named = files.map((file) => ({ key: crypto.randomUUID(), file }));
  const objections = new Map(named.map(({ key, file }) => [key, objectionTo(file, accepted)]));
  const good = named.filter(({ key }) => objections.get(key) === undefined);
  keeper?.keep(good);
  show(named);
  for (const { key } of named) {
    const reason = objections.get(key);
    const item = items.get(key);
    if (reason !== undefined && item) item.upload.value = { status: 'failed', reason, canRetry: false };
  }
  send(good);
}

const begin = (files: readonly { key: string; file: File }[]): void => {
  show(files);
  send(files);
};

function show(files: readonly { key: string; file: File }[]): void {
  const now = serverClock.now();
  const added = files.map(({ key, file }) => itemOfFile(key, file, now));
  for (const item of added) items.set(item.key, item);
  batch(() => {
    run.value = progress.peek().isActive ? [...run.peek(), ...added] : added;
    addItems(added);
  });
}

function send(files: readonly { key: string; file: File }[]): void {
  queue.add(files.map(({ key, file }) => ({ key, file, size: file.size })));
  previews.ask(files);
}

/** Takes an upload out of the gallery that has not been sent. */
export function cancelUpload(item: Item): void {
  queue.cancel(item.key);
  takeOut([item]);
}

export function cancelUploads(): void {
  queue.cancelAll();
  takeOut(run.peek().filter(({ upload }) => !['failed', 'sent'].includes(upload.peek()?.status ?? 'sent')));
}

function takeOut(gone: readonly Item[]): void {
  for (const { key } of gone) {
    items.delete(key);
    forms.delete(key);
    previews.forget(key);
  }
  keeper?.forget(gone.map(({ key }) => key));
  batch(() => {
    // The form may have been used in the very moment: an image that comes nonetheless is shown.
    removeItems(gone, false);
    run.value = run.peek().filter((item) => !gone.includes(item));
  });
}

export const retryUpload = (item: Item): void => queue.retry(item.key);

/** Sends no more, and keeps nothing of it. */
export async function endUploads(): Promise<void> {
  cancelUploads();
  await keeper?.forgetAll();
}
