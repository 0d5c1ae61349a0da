import type { BuildOptions, Loader } from 'esbuild';
import type { Fields } from '../template/fields.ts';
import { BuildError } from './build-error.ts';

/**
 * `Metadata.BuildProperties` as options of esbuild, with the defaults of `sam build`: bundled for Node as CommonJS for ES2020, minified,
 * without a source map. Throws BuildError that names each property that is unknown or of the wrong kind.
 */
export function esbuildOptions(logicalId: string, properties: Fields): BuildOptions & { entryPoints: string[] } {
  const problems: string[] = [];
  const options: BuildOptions = { target: 'es2020', format: 'cjs', minify: true };
  for (const [name, value] of Object.entries(properties)) {
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (read === undefined) {
      problems.push(
        `${logicalId}.Metadata.BuildProperties.${name}: the local cloud does not implement this build property.`,
      );
      continue;
    }
    try {
      Object.assign(options, read(value));
    } catch (error) {
      if (!(error instanceof BuildError)) throw error;
      problems.push(`${logicalId}.Metadata.BuildProperties.${name}: ${error.message}`);
    }
  }
  const { entryPoints } = options;
  if (!Array.isArray(entryPoints) || entryPoints.length === 0) {
    problems.push(`${logicalId}.Metadata.BuildProperties: EntryPoints must list at least one file.`);
  }
  if (problems.length > 0) throw new BuildError(problems.join('\n'));
  return { ...options, bundle: true, platform: 'node', entryPoints: entryPoints as string[] };
}

type Reader = (value: unknown) => BuildOptions;

const readers: Readonly<Record<string, Reader>> = {
  EntryPoints: (value) => ({ entryPoints: words(value) }),
  External: (value) => ({ external: words(value) }),
  MainFields: (value) => ({ mainFields: commaSeparated(value) }),
  Conditions: (value) => ({ conditions: commaSeparated(value) }),
  Target: (value) => ({ target: commaSeparated(value) }),
  Format: (value) => ({ format: oneOf(value, ['cjs', 'esm', 'iife'] as const) }),
  Minify: (value) => ({ minify: flag(value) }),
  MinifyWhitespace: (value) => ({ minifyWhitespace: flag(value) }),
  MinifyIdentifiers: (value) => ({ minifyIdentifiers: flag(value) }),
  MinifySyntax: (value) => ({ minifySyntax: flag(value) }),
  KeepNames: (value) => ({ keepNames: flag(value) }),
  Sourcemap: (value) => ({
    sourcemap:
      typeof value === 'string' ? oneOf(value, ['inline', 'external', 'linked', 'both'] as const) : flag(value),
  }),
  // The command line's booleans only switch on; `--sources-content=false` is a text.
  SourcesContent: (value) => ({ sourcesContent: value !== 'false' && value !== false }),
  TreeShaking: (value) => ({ treeShaking: value !== 'false' && value !== false }),
  LegalComments: (value) => ({
    legalComments: oneOf(value, ['none', 'inline', 'eof', 'linked', 'external'] as const),
  }),
  Charset: (value) => ({ charset: oneOf(value, ['ascii', 'utf8'] as const) }),
  Drop: (value) => ({ drop: words(value) as ('console' | 'debugger')[] }),
  Inject: (value) => ({ inject: words(value) }),
  Loader: (value) => ({ loader: pairs(value) as Record<string, Loader> }),
  OutExtension: (value) => ({ outExtension: pairs(value) }),
  Define: (value) => ({ define: pairs(value) }),
  Alias: (value) => ({ alias: pairs(value) }),
  Banner: (value) => ({ banner: pairs(value) }),
  Footer: (value) => ({ footer: pairs(value) }),
};

function words(value: unknown): string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw new BuildError('must be a list of words.');
}

function commaSeparated(value: unknown): string[] {
  if (typeof value === 'string') return value.split(',').map((part) => part.trim());
  return words(value);
}

/** `[".png=file"]`, as on esbuild's command line: `--loader:.png=file`. */
function pairs(value: unknown): Record<string, string> {
  return Object.fromEntries(
    words(value).map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 0) throw new BuildError(`must be a list of name=value, not ${JSON.stringify(pair)}.`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

function flag(value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new BuildError('must be true or false.');
}

function oneOf<const T extends string>(value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new BuildError(`must be one of ${allowed.join(', ')}, not ${JSON.stringify(value)}.`);
  return found;
}
