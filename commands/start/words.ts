import { demoUser } from '../shared/demo-user.ts';

/** What the local cloud tells over IPC once everything is deployed. */
export type Ready = { type: 'ready'; endpoint: string; outputs: Readonly<Record<string, string>> };

export function isReady(message: unknown): message is Ready {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

/** What a newcomer reads first, in lines: where the gallery is, and who may sign in. Nothing where there is no gallery. */
export function whereToBegin({ outputs }: Ready): string[] {
  const { GalleryUrl: url } = outputs;
  if (url === undefined) return [];
  return ['', `The gallery:  ${url}`, `Sign in as    ${demoUser.email}  password  ${demoUser.password}`];
}
