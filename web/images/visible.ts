/** Items whose tiles are on the screen, or near it. */
const mounted = new Map<string, number>();

/** Tells that a tile is there; returns how to tell that it is gone. */
export function tileIsThere(imageId: string): () => void {
  mounted.set(imageId, (mounted.get(imageId) ?? 0) + 1);
  return () => {
    const left = (mounted.get(imageId) ?? 1) - 1;
    if (left > 0) mounted.set(imageId, left);
    else mounted.delete(imageId);
  };
}

export const visibleImages = (): readonly string[] => [...mounted.keys()];
