import { openGallery } from '../../end-to-end/support/gallery.ts';
import { openStage, type Stage } from '../../end-to-end/support/stage.ts';

/** The deployed application, and its gallery as a client without a page uses it. */
export type Gallery = Awaited<ReturnType<typeof openGallery>> & { stage: Stage };

export async function galleryUnderTest(): Promise<Gallery> {
  const endpoint = process.env.GALLERY_ENDPOINT ?? '';
  const stage = await openStage('serverless-thumbnails', endpoint);
  return { ...(await openGallery(stage, endpoint)), stage };
}
