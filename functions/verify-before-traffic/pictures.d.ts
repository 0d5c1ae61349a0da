// What esbuild's loader `binary` makes of a picture (Metadata in template.yaml): its bytes, in the bundle.

declare module '*.avif' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module '*.gif' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module '*.heic' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module '*.jpg' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module '*.png' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module '*.webp' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
