/** RGBA, 8 bits a channel, alpha not premultiplied. */
export type Shown = { width: number; height: number; rgba: Uint8Array };

/** Of 255: the mean over all channels, and the channel that differs most. */
export type Distance = { mean: number; worst: number };

/** Compares what two pictures add to a black ground, and their alpha: the colour of what is transparent does not matter. */
export function distanceBetween(one: Shown, other: Shown): Distance {
  let [sum, worst] = [0, 0];
  for (let at = 0; at < one.rgba.length; at += 4) {
    const [alpha, otherAlpha] = [(one.rgba[at + 3] ?? 0) / 255, (other.rgba[at + 3] ?? 0) / 255];
    for (let channel = 0; channel < 4; channel++) {
      const isAlpha = channel === 3;
      const value = (one.rgba[at + channel] ?? 0) * (isAlpha ? 1 : alpha);
      const otherValue = (other.rgba[at + channel] ?? 0) * (isAlpha ? 1 : otherAlpha);
      const difference = Math.abs(value - otherValue);
      sum += difference;
      worst = Math.max(worst, difference);
    }
  }
  return { mean: sum / one.rgba.length, worst };
}
