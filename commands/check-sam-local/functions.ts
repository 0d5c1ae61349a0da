import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type RecordedEvent = { path: string; json: string };

/** The events of a function: `GenerateThumbnailsFunction` has those of `events/generate-thumbnails`. None where there is no such folder. */
export function eventsOf(repository: string, logicalId: string): RecordedEvent[] {
  const folder = join('events', folderOf(logicalId));
  const absolute = join(repository, folder);
  if (!existsSync(absolute)) return [];
  const files = readdirSync(absolute).filter((name) => name.endsWith('.json'));
  return files.sort().map((file) => ({ path: join(folder, file), json: readFileSync(join(absolute, file), 'utf8') }));
}

/** One name for a function everywhere: `GenerateThumbnailsFunction` is the folder `generate-thumbnails`. */
export function folderOf(logicalId: string): string {
  return logicalId
    .replace(/Function$/, '')
    .replace(/(?<!^)[A-Z]/g, (capital) => `-${capital}`)
    .toLowerCase();
}
