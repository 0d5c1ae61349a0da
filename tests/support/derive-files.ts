import { existsSync, readFileSync } from 'node:fs';

import { UnacceptableImageError } from '../../functions/shared/images/errors.ts';
import { thumbnails } from '../../functions/shared/images/recipe.ts';
import { derive } from '../../functions/shared/imaging/derive.ts';
import { decodeHeic } from '../../functions/shared/imaging/heic/decoder.ts';

/** What the derivation of one file came to, the CPU time of it (ms), and the most memory that the process had held by then. */
export type FileReport = { file: string; outcome: string; cpuMs: number; peakBytes: number };

// A script of its own: derives thumbnails of the files that it is given, and prints what that took, as a list in JSON.
const files: FileReport[] = [];
for (const file of process.argv.slice(2)) {
  const original = readFileSync(file);
  const before = process.cpuUsage();
  const outcome = await derive(original, thumbnails, { decodeHeic }).then(
    () => 'accepted',
    (error: unknown) => (error instanceof UnacceptableImageError ? 'refused' : String(error)),
  );
  const { user, system } = process.cpuUsage(before);
  files.push({ file, outcome, cpuMs: (user + system) / 1000, peakBytes: peakBytes() });
}
console.log(JSON.stringify(files));

/** The most memory that this process ever held. On Linux, maxRSS would also tell of the process that started us, at that moment. */
function peakBytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const kilobytes = /^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024;
}
