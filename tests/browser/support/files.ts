import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawSample } from '../../../commands/sample-picture.ts';
import { gifOfOneFrame } from '../../support/hostile-pictures.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

/** A file as somebody has it on a disk. `type` is what a browser makes of its name: nothing for HEIC. */
export type Dropped = { name: string; type: string; bytes: Buffer };

/** Names that would do harm if a page took them for markup, or for an address. */
export const HOSTILE = {
  markup: `"><img src=x onerror="document.title='owned'">.png`,
  entities: `..'&#39;{{7*7}}%2e%2e\u202Efig.<svg onload=document.title='owned'>.gif`,
} as const;

/** Whether this stack decodes HEIC; otherwise it says why not. */
export const takesHeic = /^ {2}Heic:$/mu.test(readFileSync(join(repository, 'template.yaml'), 'utf8'));

export const HEIC = 'IMG_0012.HEIC';

export async function photograph(n: number, name: string, megapixels = 0.8): Promise<Dropped> {
  return { name, type: 'image/jpeg', bytes: Buffer.from(await drawSample(n, { megapixels })) };
}

const NAMES = ['harbour.jpg', '휴가 사진.jpg', 'garden gate.jpg', 'DSC_0421.JPG', 'Ünterwegs – Tag 2.jpg', 'lake.jpg'];

/** Twelve files: nine photographs, two hostile ones, one HEIC. */
export async function twelveFiles(): Promise<Dropped[]> {
  const photographs = await Promise.all(
    Array.from({ length: 9 }, (_, n) => photograph(n, NAMES[n] ?? `IMG_${String(2000 + n)}.jpg`)),
  );
  return [
    ...photographs,
    {
      name: HOSTILE.markup,
      type: 'image/png',
      bytes: Buffer.from('<svg onload="alert(1)"></svg><script>alert(1)</script>'),
    },
    { name: HOSTILE.entities, type: 'image/gif', bytes: gifOfOneFrame(65_535, 65_535) },
    { name: HEIC, type: '', bytes: heicFile() },
  ];
}

function heicFile(): Buffer {
  const fixture = join(repository, 'tests', 'fixtures', 'heic', 'orientation-1.heic');
  if (!existsSync(fixture)) throw new Error(`${fixture} is missing.`);
  return readFileSync(fixture);
}
