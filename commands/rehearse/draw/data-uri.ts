/** A picture that came as text: only what is a small picture of a known kind is taken, since reports come from outside. */
export type DataUri = { uri: string; bytes: Uint8Array };

const PICTURE = /^data:image\/(?:png|jpeg|webp|avif|gif);base64,([A-Za-z0-9+/]+={0,2})$/u;

/** Undefined for anything but a picture as a base64 `data:` URI, SVG not among them: that is a program as well. */
export function readDataUri(uri: string | undefined): DataUri | undefined {
  const encoded = uri === undefined ? undefined : PICTURE.exec(uri)?.[1];
  return uri === undefined || encoded === undefined ? undefined : { uri, bytes: Buffer.from(encoded, 'base64') };
}
