import { type Fields, isFields } from '../fields.ts';
import type { Expansion } from './macro.ts';
import { TemplateError } from '../template-error.ts';
import type { Path } from '../read-yaml.ts';

/** SAM marks what it made. */
export function tags(own: unknown): Fields[] {
  const pairs = isFields(own) ? Object.entries(own).map(([Key, Value]) => ({ Key, Value })) : [];
  return [{ Key: 'lambda:createdBy', Value: 'SAM' }, ...pairs];
}

/** A map of names and values, which SAM makes a list of. */
export function readTags(path: Path, value: unknown, expansion: Expansion): Fields | undefined {
  if (value === undefined || isFields(value)) return value;
  throw new TemplateError(
    `${expansion.template.where(path)}: ${path.slice(1).join('.')} must be a map of names and values.`,
  );
}
