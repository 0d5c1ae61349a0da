/** Jest's global tear-down. */
export default async function shutDown(): Promise<void> {
  await globalThis.galleryCloud?.stop();
}
