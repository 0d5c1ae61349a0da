import { dirname, join } from 'node:path';
import type { Architecture } from './built.ts';
import type { SamCli } from './sam-cli.ts';

const native: Record<Architecture, string> = { arm64: 'SharpArm64Layer', x86_64: 'SharpX86Layer' };

/** Throws unless SAM would mount the right layers for each function, for every value of the parameter Heic. */
export async function localLayers(
  sam: SamCli,
  { architecture, heic, template }: { architecture: Architecture; heic: string; template: string },
): Promise<void> {
  const script = join(import.meta.dirname, 'local-layers.py');
  const parameters = [`Architecture=${architecture}`, `Heic=${heic}`];
  const found = JSON.parse(await sam.python([script, template, ...parameters], { cwd: dirname(template) })) as Record<
    string,
    string[]
  >;
  const sharp = ['SharpLayer', native[architecture]];
  const expected = {
    GenerateThumbnailsFunction: [...sharp, 'HeicLayer'],
    GenerateRenditionsFunction: [...sharp, 'HeicLayer'],
    VerifyBeforeTrafficFunction: sharp,
  };
  for (const [id, layers] of Object.entries(expected)) {
    const own = found[id]?.join() ?? 'no such function';
    if (own !== layers.join()) throw new Error(`${id}: expected ${layers.join()}, found ${own}`);
  }
}
