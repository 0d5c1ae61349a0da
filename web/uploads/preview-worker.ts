// Makes a small copy of a picture away from the page's thread: decodes (upright, by EXIF), scales, encodes.
export type PreviewRequest = { key: string; file: Blob };
/** Without `blob` where this browser cannot decode the file, as most cannot HEIC. */
export type PreviewAnswer = { key: string; blob?: Blob };

/** Pixels of the shorter side: a tile's, on a screen of twice the density. */
const SIDE = 400;

self.onmessage = async ({ data: { key, file } }: MessageEvent<PreviewRequest>) => {
  self.postMessage({ key, ...(await previewOf(file)) } satisfies PreviewAnswer);
};

async function previewOf(file: Blob): Promise<{ blob?: Blob }> {
  try {
    const whole = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.min(whole.width, whole.height));
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(whole.width * scale)),
      Math.max(1, Math.round(whole.height * scale)),
    );
    canvas.getContext('2d')?.drawImage(whole, 0, 0, canvas.width, canvas.height);
    whole.close();
    return { blob: await canvas.convertToBlob({ type: 'image/webp', quality: 0.75 }) };
  } catch {
    return {};
  }
}
