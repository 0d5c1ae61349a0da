import { startLocalCloud, type RunningCloud } from '../../support/local-cloud.ts';

declare global {
  var runningCloud: RunningCloud | undefined;
}

/** Jest's global set-up: one local cloud for all end-to-end tests that need no cloud of their own. Waiting goes 60 times faster. */
export default async function boot(): Promise<void> {
  if (process.env.E2E_STAGE !== undefined) return;
  globalThis.runningCloud = await startLocalCloud({ clock: 60 });
  process.env.E2E_ENDPOINT = globalThis.runningCloud.endpoint;
  process.env.E2E_STATE = globalThis.runningCloud.state;
}
