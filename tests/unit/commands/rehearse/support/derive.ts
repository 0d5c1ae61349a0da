import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { build } from 'esbuild';

import { putIn, type Defect } from '../../../../../commands/rehearse/faults/defect.ts';

const repository = join(import.meta.dirname, '..', '..', '..', '..', '..');

export type Output = { width: number; height: number; format: string; bytes: Buffer };

/** What came of one picture; an error's `known` tells whether the function would take it for the picture's own fault. */
export type Derived = { ms: number; outputs?: Output[]; error?: { message: string; known: boolean } };

const script = `
  import { readFileSync } from 'node:fs';
  import { derive } from './functions/shared/imaging/derive.ts';
  import { recipes } from './functions/shared/images/recipe.ts';
  import { UnacceptableImageError } from './functions/shared/images/errors.ts';

  async function run() {
    for (const path of process.argv.slice(3)) {
      const began = performance.now();
      const told = await derive(readFileSync(path), recipes[process.argv[2]]).then(
        ({ outputs }) => ({ outputs: outputs.map((one) => ({ ...one, bytes: Buffer.from(one.bytes).toString('base64') })) }),
        (error) => ({ error: { message: error.message, known: error instanceof UnacceptableImageError } }),
      );
      console.log(JSON.stringify({ ...told, ms: performance.now() - began }));
    }
  }
  void run();
`;

/**
 * Bundles the functions' derive with a defect and runs it on pictures, one after the other, in a process of its own: what a defect does
 * to a process, it does to that one. `ended` is the signal that ended it, if one did.
 */
export async function deriveWith(
  defect: Defect | undefined,
  pictures: readonly Uint8Array[],
  recipe = 'thumbnails',
): Promise<{ derived: Derived[]; ended: string | null }> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: repository, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['sharp'],
    write: false,
    plugins: defect === undefined ? [] : [putIn(defect)],
  });
  const folder = await mkdtemp(join(tmpdir(), 'defect-'));
  try {
    const paths = await Promise.all(
      pictures.map(async (picture, n) => {
        const path = join(folder, String(n));
        await writeFile(path, picture);
        return path;
      }),
    );
    // As standard input, so that the bundle finds sharp from the repository.
    const child = spawn(process.execPath, ['-', recipe, ...paths], {
      cwd: repository,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(outputFiles[0]?.text);
    const ended = new Promise<string | null>((resolve) => child.once('close', (_code, signal) => resolve(signal)));
    const lines = (await buffer(child.stdout)).toString().trim().split('\n');
    const derived = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Derived);
    for (const { outputs = [] } of derived) {
      for (const output of outputs) output.bytes = Buffer.from(String(output.bytes), 'base64');
    }
    return { derived, ended: await ended };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
