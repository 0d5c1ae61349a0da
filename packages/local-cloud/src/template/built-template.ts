import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact } from '../builder/artifact.ts';
import { layDown } from '../builder/contents.ts';

/** A nested template as it was built: its text, and the artifacts of its functions, layers and nested templates by logical id. */
export type BuiltTemplate = {
  /** As errors name it. */
  file: string;
  text: string;
  artifacts: Readonly<Record<string, Artifact>>;
};

const templateFile = 'template.yaml';
const artifactsFile = 'artifacts.json';

/** Stores it where a later update or rollback finds it unchanged. */
export async function layDownTemplate({ file, text, artifacts }: BuiltTemplate, folder: string): Promise<Artifact> {
  const sorted = Object.fromEntries(Object.entries(artifacts).sort(([a], [b]) => (a < b ? -1 : 1)));
  const files = new Map([
    [templateFile, Buffer.from(text)],
    [artifactsFile, Buffer.from(JSON.stringify({ file, artifacts: sorted }))],
  ]);
  return layDown({ files, packages: [] }, folder);
}

/** Throws Error if the folder is gone. */
export function readBuiltTemplate({ Folder: folder }: Artifact): BuiltTemplate {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const described = JSON.parse(read(artifactsFile)) as Omit<BuiltTemplate, 'text'>;
  return { ...described, text: read(templateFile) };
}
