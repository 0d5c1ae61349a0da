import { existsSync, readFileSync } from 'node:fs';

import { UnacceptableImageError } from '../../functions/shared/images/errors.ts';
import { thumbnails } from '../../functions/shared/images/recipe.ts';
import { derive } from '../../functions/shared/imaging/derive.ts';
import { decodeHeic } from '../../functions/shared/imaging/heic/decoder.ts';

/**
 * What the derivation of one file came to, the CPU time of it (ms), that of the whole process by then, and the most memory that it had
 * held.
 */
export type FileReport = { file: string; outcome: string; cpuMs: number; processCpuMs: number; peakBytes: number };

// A script of its own: derives thumbnails of the files that it is given, and prints what that took, as a list in JSON.
const files: FileReport[] = [];
for (const file of process.argv.slice(2)) {
  const original = readFileSync(file);
  const before = process.cpuUsage();
  const outcome = await derive(original, thumbnails, { decodeHeic }).then(
    () => 'accepted',
    (error: unknown) => (error instanceof UnacceptableImageError ? 'refused' : String(error)),
  );
  const cpuMs = cpuSince(before);
  files.push({ file, outcome, cpuMs, processCpuMs: cpuSince({ user: 0, system: 0 }), peakBytes: peakBytes() });
}
console.log(JSON.stringify(files));

/** In milliseconds. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The most memory that this process ever held. On Linux, maxRSS would also tell of the process that started us, at that moment. */
function peakBytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const kilobytes = /^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024;
}
