import { existsSync } from 'node:fs';
import { realTime } from '../core/clock.ts';
import type { Artifact } from './artifact.ts';
import { stateOf, type Sources } from './sources.ts';

type Remembered = {
  /** What was asked for, and how its sources were; absent where nothing came of it. */
  built?: { asked: string; stamp: string; artifact: Artifact };
  sources: Sources;
};

/** What was built from what, by logical id: what has not changed since is not built again. */
export type BuildMemory = Map<string, Remembered>;

/** A file that was written so shortly before a build began may have been written once more within the same tick of the system's clock. */
const TICK_MS = 20;

/**
 * Gives what was built before, where the same is asked for and its sources are as they were; else has it built. `folder` is where the
 * code lies: where a build fails, what is done there and in the sources of the build before may mend it.
 */
export async function buildOnce(
  memory: BuildMemory,
  logicalId: string,
  { asked, folder }: { asked: string; folder: string },
  make: () => Promise<{ artifact: Artifact; sources: Sources }>,
): Promise<Artifact> {
  const before = memory.get(logicalId);
  if (before?.built?.asked === asked && existsSync(before.built.artifact.Folder)) {
    if ((await stateOf(before.sources)).stamp === before.built.stamp) return before.built.artifact;
  }
  const began = realTime.now().getTime();
  try {
    const { artifact, sources } = await make();
    const { stamp, newest } = await stateOf(sources);
    memory.set(logicalId, { sources, ...(newest < began - TICK_MS && { built: { asked, stamp, artifact } }) });
    return artifact;
  } catch (error) {
    memory.set(logicalId, {
      sources: { files: before?.sources.files ?? [], folders: [...(before?.sources.folders ?? []), folder] },
    });
    throw error;
  }
}
