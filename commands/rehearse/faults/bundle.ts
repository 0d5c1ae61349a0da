import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { build, type BuildOptions, type OutputFile } from 'esbuild';
import { zipSync } from 'fflate';
import { parse } from 'yaml';
import { fileOf, putIn, type Defect } from './defect.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

/**
 * Bundles a function as `sam build` does, with a defect, and returns the zip. `mark` is added as its first line, so that Lambda publishes a
 * new version even if the code is otherwise the same.
 */
export async function bundle(logicalId: string, mark: string, defect?: Defect): Promise<Uint8Array> {
  const { folder, properties } = await readTemplate(logicalId);
  const { metafile, outputFiles } = await build({
    ...esbuildOptions(properties),
    bundle: true,
    platform: 'node',
    absWorkingDir: folder,
    outdir: folder,
    write: false,
    metafile: true,
    logLevel: 'silent',
    banner: { js: `// ${mark}` },
    plugins: defect === undefined ? [] : [putIn(defect)],
  });
  if (defect !== undefined && !Object.keys(metafile.inputs).some((path) => resolve(folder, path) === fileOf(defect)))
    throw new Error(`${logicalId} does not use functions/${defect.replaces}, so ${defect.file} changes nothing in it.`);
  return zip(folder, outputFiles);
}

function zip(folder: string, files: readonly OutputFile[]): Uint8Array {
  // A fixed date, so that the same code produces the same zip.
  const mtime = new Date(2000, 0, 1);
  return zipSync(
    Object.fromEntries(files.map(({ path, contents }) => [relative(folder, path), [contents, { mtime }]] as const)),
  );
}

type Properties = Readonly<Record<string, unknown>>;

/** Reads the source folder and the bundler options of a function from the template. */
async function readTemplate(logicalId: string): Promise<{ folder: string; properties: Properties }> {
  const text = await readFile(join(repository, 'template.yaml'), 'utf8');
  // CloudFormation's tags (!Ref, …) are irrelevant here.
  const template = parse(text, { logLevel: 'silent' }) as {
    Resources: Record<
      string,
      { Properties: { CodeUri: string }; Metadata: { BuildProperties: Properties } } | undefined
    >;
  };
  const resource = template.Resources[logicalId];
  if (resource === undefined) throw new Error(`template.yaml has no resource ${logicalId}.`);
  return { folder: join(repository, resource.Properties.CodeUri), properties: resource.Metadata.BuildProperties };
}

/** Converts `Metadata.BuildProperties` to esbuild options. Throws for an unknown one: the bundle would differ from the deployed one. */
export function esbuildOptions(properties: Properties): BuildOptions {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      if (!known.has(name))
        throw new Error(`Metadata.BuildProperties.${name} of template.yaml is not known to the rehearsal.`);
      const option = name.charAt(0).toLowerCase() + name.slice(1);
      return [option, name === 'MainFields' ? String(value).split(',') : value];
    }),
  );
}

const known = new Set(['EntryPoints', 'External', 'Format', 'MainFields', 'Minify', 'Sourcemap', 'Target']);
