import bytes from './canary.jpg';

/** The picture that is sent end to end, drawn by commands/draw-canary.ts: a photograph that is stored sideways. Its size upright, in pixels. */
export const picture = { bytes, format: 'jpeg', width: 900, height: 600 } as const;
