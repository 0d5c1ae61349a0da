import { readFileSync } from 'node:fs';

import { UnacceptableImageError } from '../../functions/shared/images/errors.ts';
import { thumbnails } from '../../functions/shared/images/recipe.ts';
import { derive } from '../../functions/shared/imaging/derive.ts';

/** What the derivation of one file came to, and the CPU time of it, ms. */
type FileReport = { file: string; outcome: string; cpuMs: number };

// A script of its own: derives thumbnails of the files that it is given, and prints what that took, as JSON.
const files: FileReport[] = [];
for (const file of process.argv.slice(2)) {
  const original = readFileSync(file);
  const before = process.cpuUsage();
  const outcome = await derive(original, thumbnails).then(
    () => 'accepted',
    (error: unknown) => (error instanceof UnacceptableImageError ? 'refused' : String(error)),
  );
  const { user, system } = process.cpuUsage(before);
  files.push({ file, outcome, cpuMs: (user + system) / 1000 });
}
console.log(JSON.stringify({ peakBytes: process.resourceUsage().maxRSS * 1024, files }));
