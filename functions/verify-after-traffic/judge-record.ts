import type { Recipe } from '../shared/images/recipe.ts';
import type { ImageRecord, Output } from '../shared/images/record.ts';
import type { Picture, Ports } from './ports.ts';

/** The problems of the picture's record and of the outputs that it names, one sentence each. */
export async function problemsOf(
  { readOutput, picture }: Pick<Ports, 'readOutput' | 'picture'>,
  record: ImageRecord,
  recipe: Recipe,
): Promise<string[]> {
  if (record.status !== 'ready') return [`${record.status}${record.reason === undefined ? '' : `: ${record.reason}`}`];
  const { format, width, height, outputs } = record;
  const problems: string[] = [];
  if (format !== picture.format) problems.push(`taken for ${format ?? 'nothing'} instead of ${picture.format}`);
  if (width !== picture.width || height !== picture.height) {
    problems.push(`taken for ${width ?? '?'}x${height ?? '?'} pixels instead of ${picture.width}x${picture.height}`);
  }
  const made = outputs.map(nameOf).sort().join(', ');
  const expected = expectedOf(recipe, picture).sort().join(', ');
  // Do not check another version's recipe: during a release, the other path may use either.
  if (record.recipeVersion === recipe.version && made !== expected)
    problems.push(`made ${made} instead of ${expected}`);
  if (outputs.length === 0) problems.push('made nothing');
  const files = await Promise.all(outputs.map(async (output) => problemOfFile(output, await readOutput(output.key))));
  return problems.concat(
    outputs.flatMap((output, n) => (files[n] === undefined ? [] : `${nameOf(output)} ${files[n]}`)),
  );
}

/** Never enlarged, and none of them twice. */
function expectedOf({ outputs }: Recipe, picture: Picture): string[] {
  const sizes = outputs.map(({ width: widest, format }) => {
    const width = Math.min(widest, picture.width);
    return nameOf({ width, height: Math.round((width * picture.height) / picture.width), format });
  });
  return [...new Set(sizes)];
}

function problemOfFile({ format, bytes }: Output, file: Uint8Array | undefined): string | undefined {
  if (file === undefined) return 'is named by the record, and not there';
  if (file.byteLength !== bytes) return `has ${file.byteLength} bytes, and not the ${bytes} that its record tells`;
  return beginnings[format].test(Buffer.from(file.subarray(0, 12)).toString('latin1'))
    ? undefined
    : `is no ${format} file`;
}

const beginnings: Record<Output['format'], RegExp> = { webp: /^RIFF.{4}WEBP/su, avif: /^.{4}ftyp/su };

function nameOf({ width, height, format }: Pick<Output, 'width' | 'height' | 'format'>): string {
  return `${width}x${height} ${format}`;
}
