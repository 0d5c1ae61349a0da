import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expectedValues } from './golden-pictures/expected.ts';
import { pictures } from './golden-pictures/pictures.ts';

// Draws the pictures that verify-before-traffic tries a release with, and works out what must come of them: from what they show, by
// sharp alone, with nothing of the functions' own. Its output is committed; look at what changed before you commit it anew.
const folder = join(import.meta.dirname, '../functions/verify-before-traffic');

rmSync(join(folder, 'pictures'), { recursive: true, force: true });
mkdirSync(join(folder, 'pictures'));
let bytes = 0;
for (const { name, draw } of pictures) {
  const picture = await draw();
  writeFileSync(join(folder, 'pictures', name), picture);
  bytes += picture.length;
}
const expected = `${JSON.stringify(await expectedValues(), undefined, 2)}\n`;
writeFileSync(join(folder, 'expected.json'), expected);
console.log(
  `${pictures.length} pictures (${Math.ceil(bytes / 1_000)} KB) and what must come of them ` +
    `(${Math.ceil(expected.length / 1_000)} KB): functions/verify-before-traffic`,
);
