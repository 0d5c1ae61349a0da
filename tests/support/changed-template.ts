import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..', '..');

/** Writes a changed copy of template.yaml into `folder` and returns its path. Throws where `change` changes nothing. */
export async function changedTemplate(folder: string, change: (template: string) => string): Promise<string> {
  const template = await readFile(join(repository, 'template.yaml'), 'utf8');
  const changed = change(template);
  if (changed === template) throw new Error('The change found nothing to change in template.yaml.');
  const path = join(folder, 'template.yaml');
  // Its paths are relative to where it lies.
  await writeFile(path, changed.replaceAll(/((?:CodeUri|ContentUri|Location): )(?=[\w.])/g, `$1${repository}/`));
  return path;
}
