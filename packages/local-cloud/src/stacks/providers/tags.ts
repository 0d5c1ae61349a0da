import { z } from 'zod';
import { text } from '../properties.ts';

/** The `Tags` property that most resource types share. */
export const tags = z.array(z.strictObject({ Key: text, Value: text }));

export function toTags(list: z.output<typeof tags> = []): Record<string, string> {
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
}
