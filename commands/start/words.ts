import { demoUser } from '../shared/demo-user.ts';

/** The IPC message of the local cloud when everything is deployed. */
export type Ready = { type: 'ready'; endpoint: string; outputs: Readonly<Record<string, string>> };

export function isReady(message: unknown): message is Ready {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

/** The first lines for a new user: the gallery's URL and the demo user. Empty without a gallery. */
export function whereToBegin({ outputs }: Ready): string[] {
  const { GalleryUrl: url } = outputs;
  if (url === undefined) return [];
  return ['', `The gallery:  ${url}`, `Sign in as    ${demoUser.email}  password  ${demoUser.password}`];
}
