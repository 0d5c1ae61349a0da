/** Sending is loaded after the first paint, and at the latest when it is needed. */
export const uploads = () => import('./uploads.ts');

export const addFiles = (files: readonly File[]): void => {
  if (files.length === 0) return;
  void uploads().then((loaded) => loaded.addFiles(files));
};
