/** That everything is deployed, as a process is told that has started this one over IPC. */
export type Ready = { endpoint: string; outputs: Readonly<Record<string, string>> };

/** What a parent wants printed around the summary, in lines. */
export type Words = { before: string[]; after: string[] };

export const noWords: Words = { before: [], after: [] };

export function notifyParent(ready: Ready): void {
  process.send?.({ type: 'ready', ...ready });
}

/**
 * Tells the parent, and waits for its answer, `{ type: 'words', before, after }`. No words where there is no parent, it goes away, or
 * `ending` aborts.
 */
export function askParent(ready: Ready, ending: AbortSignal): Promise<Words> {
  return new Promise((resolve) => {
    if (!process.connected || ending.aborted) {
      resolve(noWords);
      return;
    }
    const settle = (words: Words): void => {
      process.off('message', onMessage);
      process.off('disconnect', giveUp);
      ending.removeEventListener('abort', giveUp);
      resolve(words);
    };
    const giveUp = (): void => {
      settle(noWords);
    };
    const onMessage = (message: unknown): void => {
      const { type, before, after } = (message ?? {}) as Partial<Words> & { type?: unknown };
      if (type === 'words') settle({ before: before ?? [], after: after ?? [] });
    };
    process.on('message', onMessage);
    process.once('disconnect', giveUp);
    ending.addEventListener('abort', giveUp, { once: true });
    notifyParent(ready);
  });
}
