import { existsSync, writeFileSync } from 'node:fs';
import { label } from './label.ts';

/** Packs; with a gate, tells that it has come there and waits until that file is there. */
export async function handler({ gate, tell }: { gate?: string; tell?: string }): Promise<string | undefined> {
  if (tell !== undefined) return process.env[tell];
  if (gate !== undefined) {
    writeFileSync(`${gate}.reached`, '');
    while (!existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return label;
}
