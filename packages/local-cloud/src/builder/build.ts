import { existsSync } from 'node:fs';
import { join, resolve as resolvePath } from 'node:path';
import { resolve, type Scope } from '../template/intrinsics.ts';
import type { ResourceDefinition, Template } from '../template/template.ts';
import { isFields } from '../template/fields.ts';
import type { Artifact } from './artifact.ts';
import { BuildError } from './build-error.ts';
import { bundle } from './bundle.ts';
import { filesOf, layDown, type Contents, type InstalledPackage } from './contents.ts';
import { hasDependencies, installedDependencies } from './dependencies.ts';
import { inlineCode } from './inline-code.ts';
import { buildOnce, type BuildMemory } from './memory.ts';
import { npmInstall } from './npm-install.ts';

export type BuildOptions = {
  /** The folder of the root template: installed packages are looked for from there. */
  root: string;
  /** The folder of a nested template: paths in it are relative to that. By default `root`. */
  base?: string;
  /** Of a nested template, before the logical id of each artifact in `memory`: `GalleryStack/`. */
  prefix?: string;
  /** Where artifacts are kept, e.g. `.local/build`. */
  folder: string;
  /** Of builds before this one. */
  memory?: BuildMemory;
};

/** The property that names the code, of each resource type that `sam build` builds. */
const codeProperties: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'CodeUri',
  'AWS::Lambda::Function': 'Code',
  'AWS::Serverless::LayerVersion': 'ContentUri',
  'AWS::Lambda::LayerVersion': 'Content',
};

/**
 * Builds every function and layer of a template as `sam build` would, for this machine's platform; by logical id. Throws BuildError that
 * tells all failures at once.
 */
export async function build(template: Template, scope: Scope, options: BuildOptions): Promise<Map<string, Artifact>> {
  const artifacts = new Map<string, Artifact>();
  const memory = options.memory ?? new Map<never, never>();
  const results = await Promise.allSettled(
    Object.entries(template.resources).map(async ([logicalId, resource]) => {
      const inline = inlineCode(logicalId, resource, template, scope);
      if (inline !== undefined) {
        const files = new Map([['index.js', Buffer.from(inline)]]);
        artifacts.set(logicalId, await layDown({ files, packages: [] }, join(options.folder, logicalId)));
        return;
      }
      const code = codeFolder(logicalId, resource, template, scope, options.base ?? options.root);
      if (code === undefined) return;
      const asked = JSON.stringify([resource.Type, code, resource.Metadata]);
      const artifact = await buildOnce(
        memory,
        `${options.prefix ?? ''}${logicalId}`,
        { asked, folder: code },
        async () => {
          const contents = await contentsOf(logicalId, resource, code, options);
          return { artifact: await layDown(contents, join(options.folder, logicalId)), sources: contents.sources };
        },
      );
      artifacts.set(logicalId, artifact);
    }),
  );
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (failures.length === 0) return artifacts;
  const foreign = failures.find((error) => !(error instanceof BuildError));
  if (foreign !== undefined) throw foreign as Error;
  throw new BuildError(failures.map((error) => (error as BuildError).message).join('\n\n'));
}

/** The folder of a resource's code; undefined for other types. */
function codeFolder(
  logicalId: string,
  { Type: type, Properties: properties }: ResourceDefinition,
  template: Template,
  scope: Scope,
  base: string,
): string | undefined {
  const property = Object.hasOwn(codeProperties, type) ? codeProperties[type] : undefined;
  if (property === undefined) return undefined;
  const globals = template.globals['Function'];
  const isServerless = type === 'AWS::Serverless::Function';
  const inherited = isServerless && isFields(globals) ? globals[property] : undefined;
  const path = ['Resources', logicalId, 'Properties', property];
  // `sam build` takes a function without CodeUri to lie beside the template.
  const uri = resolve(properties[property] ?? inherited ?? (isServerless ? '.' : undefined), scope, path);
  const where = template.where(path);
  if (typeof uri !== 'string' || /^[a-z0-9]+:\/\//i.test(uri)) {
    throw new BuildError(
      `${where}: ${logicalId}: ${property} must be a folder beside the template, not ${JSON.stringify(uri)}.`,
    );
  }
  const folder = resolvePath(base, uri);
  if (!existsSync(folder)) throw new BuildError(`${where}: ${logicalId}: the folder ${folder} does not exist.`);
  return folder;
}

async function contentsOf(
  logicalId: string,
  { Type: type, Metadata: metadata = {} }: ResourceDefinition,
  folder: string,
  options: BuildOptions,
): Promise<Contents> {
  const method = metadata['BuildMethod'];
  const isLayer = type.endsWith('LayerVersion');
  const itself = { files: [], folders: [folder] };
  const scratch = join(options.folder, logicalId, 'npm');
  const asItIs = async (): Promise<Contents> => ({
    files: await filesOf(folder, '', true),
    packages: [],
    sources: itself,
  });
  if (metadata['SkipBuild'] === true) return asItIs();
  if (method === 'esbuild' && !isLayer) {
    const properties = isFields(metadata['BuildProperties']) ? metadata['BuildProperties'] : {};
    try {
      return await bundle(logicalId, folder, properties, { root: options.root });
    } catch (error) {
      if (!(error instanceof BuildError) || (await hasDependencies(folder))) throw error;
    }
    await npmInstall(logicalId, folder, { scratch, useCi: false });
    return bundle(logicalId, folder, properties, { root: options.root, installed: join(scratch, 'node_modules') });
  }
  if (isLayer && method === undefined) return asItIs();
  if (method !== undefined && (typeof method !== 'string' || !/^nodejs\d+\.x$/.test(method))) {
    throw new BuildError(`${logicalId}: the local cloud does not implement the BuildMethod ${JSON.stringify(method)}.`);
  }
  const useCi = usesNpmCi(logicalId, metadata['BuildProperties']);
  const prefix = isLayer ? 'nodejs/' : '';
  const packages =
    (await installedDependencies(folder, options.root)) ?? (await npmInstall(logicalId, folder, { scratch, useCi }));
  return {
    files: await filesOf(folder, prefix),
    packages: packages.map((one) => within(prefix, one)),
    sources: { ...itself, files: [join(options.root, 'node_modules', '.package-lock.json')] },
  };
}

/** `UseNpmCi` is the one build property of the npm builder. */
function usesNpmCi(logicalId: string, properties: unknown): boolean {
  if (properties === undefined) return false;
  const { UseNpmCi: useCi = false, ...others } = isFields(properties) ? properties : { BuildProperties: properties };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new BuildError(
      `${logicalId}.Metadata.BuildProperties.${unknown}: the local cloud does not implement this build property.`,
    );
  }
  return useCi === true || useCi === 'true';
}

function within(prefix: string, one: InstalledPackage): InstalledPackage {
  return { ...one, path: `${prefix}${one.path}` };
}
