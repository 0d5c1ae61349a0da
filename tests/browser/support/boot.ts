import { startLocalCloud, type RunningCloud } from '../../support/local-cloud.ts';

declare global {
  var galleryCloud: RunningCloud | undefined;
}

/** Jest's global set-up: the application as it is deployed here. With GALLERY_ENDPOINT, a local cloud that runs already (`npm start`). */
export default async function boot(): Promise<void> {
  if (process.env.GALLERY_ENDPOINT !== undefined) return;
  globalThis.galleryCloud = await startLocalCloud();
  process.env.GALLERY_ENDPOINT = globalThis.galleryCloud.endpoint;
}
