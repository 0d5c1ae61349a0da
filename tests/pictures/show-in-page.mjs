// Runs in a page, as an expression: a function that shows a picture in the document, which turns it as EXIF says, and takes its pixels
// as sRGB, at its own size.
async (url) => {
  const picture = new Image();
  const isShown = new Promise((resolve) => {
    picture.onload = () => resolve(true);
    picture.onerror = () => resolve(false);
  });
  picture.src = url;
  document.body.replaceChildren(picture);
  if (!(await isShown)) return undefined;
  const { naturalWidth: width, naturalHeight: height } = picture;
  const context = new OffscreenCanvas(width, height).getContext('2d', { colorSpace: 'srgb' });
  context.drawImage(picture, 0, 0);
  let rgba = '';
  for (const byte of context.getImageData(0, 0, width, height).data) rgba += String.fromCharCode(byte);
  return { width, height, rgba: btoa(rgba) };
};
