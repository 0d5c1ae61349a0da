import bytes from './canary.jpg';

/** What is sent the whole way, drawn by commands/draw-canary.ts: a photograph that is stored on its side. Its size upright, in pixels. */
export const picture = { bytes, format: 'jpeg', width: 900, height: 600 } as const;
