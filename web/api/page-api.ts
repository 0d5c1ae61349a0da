import { sessions } from '../sign-in/browser.ts';
import { createApi } from './client.ts';

/** The API as the page's user. */
export const api = createApi({
  fetch: (path, init) => fetch(path, init),
  accessToken: sessions.accessToken,
  onRefused: sessions.ended,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});
