import { copyFileSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The one folder that Lambda would show as /opt: the layers' files over one another, the later layer's on top. A single layer is its own
 * folder; of several a new one is made in `into`, by hard links where that is possible.
 */
export function layersAsOne(layers: readonly string[], into: string): string | undefined {
  if (layers.length <= 1) return layers[0];
  for (const layer of layers) lay(layer, into);
  return into;
}

function lay(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      lay(source, target);
      continue;
    }
    rmSync(target, { force: true });
    try {
      linkSync(source, target);
    } catch {
      copyFileSync(source, target); // another file system
    }
  }
}
