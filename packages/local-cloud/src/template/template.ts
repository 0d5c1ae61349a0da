import { isFields, type Fields } from './fields.ts';
import { readYaml, type Path } from './read-yaml.ts';
import { TemplateError } from './template-error.ts';
import { readUpdatePolicy } from './update-policy.ts';

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';

/** A resource as the template has it: intrinsic functions unresolved. */
export type ResourceDefinition = {
  Type: string;
  Properties: Fields;
  DependsOn: readonly string[];
  Condition?: string;
  DeletionPolicy?: DeletionPolicy;
  UpdateReplacePolicy?: DeletionPolicy;
  /** How CodeDeploy moves an alias of Lambda; no other resource has one. */
  UpdatePolicy?: Fields;
  Metadata?: Fields;
};

export type OutputDefinition = { Value: unknown; Description?: string; Condition?: string };

export type Template = {
  description?: string;
  transforms: readonly string[];
  globals: Fields;
  parameters: Readonly<Record<string, Fields>>;
  mappings: Readonly<Record<string, unknown>>;
  conditions: Readonly<Record<string, unknown>>;
  resources: Readonly<Record<string, ResourceDefinition>>;
  outputs: Readonly<Record<string, OutputDefinition>>;
  /** `file:line:column` of what stands at a path. */
  where: (path: Path) => string;
};

const sections = [
  'AWSTemplateFormatVersion',
  'Description',
  'Transform',
  'Globals',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
];
const resourceAttributes = [
  'Type',
  'Description',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'UpdatePolicy',
  'Metadata',
];
const deletionPolicies = ['Delete', 'Retain', 'RetainExceptOnCreate'];

/** Reads a template's text. Throws TemplateError, with file, line and column, for what is no template or not implemented. */
export function readTemplate(text: string, file: string): Template {
  const { value, where } = readYaml(text, file);
  const fail = (path: Path, message: string): never => {
    throw new TemplateError(`${where(path)}: ${message}`);
  };
  const fields = (path: Path, of: unknown, what: string): Fields =>
    of === undefined ? {} : isFields(of) ? of : fail(path, `Template format error: ${what} must be an object.`);

  const root = isFields(value) ? value : fail([], 'Template format error: a template is an object.');
  for (const name of Object.keys(root)) {
    if (name === 'Rules' || name === 'Hooks') fail([name], `the local cloud does not implement the section ${name}.`);
    if (!sections.includes(name)) fail([name], `Invalid template property or properties [${name}].`);
  }
  const section = (name: string): Fields => fields([name], root[name], name);

  const version = root['AWSTemplateFormatVersion'];
  if (version !== undefined && version !== '2010-09-09') {
    fail(
      ['AWSTemplateFormatVersion'],
      `Template format error: ${JSON.stringify(version)} is not a supported value for AWSTemplateFormatVersion.`,
    );
  }
  const transforms = root['Transform'] === undefined ? [] : [root['Transform']].flat();
  for (const transform of transforms) {
    if (transform !== 'AWS::Serverless-2016-10-31') {
      fail(['Transform'], `the local cloud does not implement the transform ${JSON.stringify(transform)}.`);
    }
  }
  const resources = Object.fromEntries(
    Object.entries(section('Resources')).map(([id, resource]) => [id, readResource(id, resource)]),
  );
  if (Object.keys(resources).length === 0) {
    fail(['Resources'], 'Template format error: At least one Resources member must be defined.');
  }
  const outputs = Object.fromEntries(
    Object.entries(section('Outputs')).map(([name, output]) => [name, readOutput(name, output)]),
  );
  const globals = section('Globals');
  if (Object.keys(globals).length > 0 && transforms.length === 0) {
    fail(['Globals'], 'Globals need "Transform: AWS::Serverless-2016-10-31".');
  }
  const parameters = section('Parameters');
  for (const name of Object.keys(parameters)) {
    if (Object.hasOwn(resources, name)) {
      fail(
        ['Resources', name],
        `Template format error: ${name} is a parameter and a resource. Names must be unique within a template.`,
      );
    }
  }
  if (root['Description'] !== undefined && typeof root['Description'] !== 'string') {
    fail(['Description'], 'Template format error: Description must be a string.');
  }
  const mappings = section('Mappings');
  for (const [name, map] of Object.entries(mappings)) {
    for (const [key, values] of Object.entries(fields(['Mappings', name], map, `mapping ${name}`))) {
      fields(['Mappings', name, key], values, `mapping ${name}, key ${key},`);
    }
  }
  return {
    ...(typeof root['Description'] === 'string' && { description: root['Description'] }),
    transforms: transforms as string[],
    globals,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, one]) => [name, fields(['Parameters', name], one, `parameter ${name}`)]),
    ),
    mappings,
    conditions: section('Conditions'),
    resources,
    outputs,
    where,
  };

  function readResource(id: string, resource: unknown): ResourceDefinition {
    const path = ['Resources', id];
    if (!/^[A-Za-z0-9]+$/.test(id)) fail(path, `Template format error: Resource name ${id} is non alphanumeric.`);
    const all = fields(path, resource, `resource ${id}`);
    for (const name of Object.keys(all)) {
      if (resourceAttributes.includes(name)) continue;
      if (name === 'CreationPolicy') {
        fail([...path, name], `${id}: the local cloud does not implement ${name}.`);
      }
      fail([...path, name], `Invalid template resource property '${name}' (${id}).`);
    }
    const type = all['Type'];
    if (typeof type !== 'string')
      return fail(path, `Template format error: [${id}] Every Resources object must contain a Type member.`);
    const depends = all['DependsOn'] === undefined ? [] : [all['DependsOn']].flat();
    if (!depends.every((one) => typeof one === 'string')) {
      fail([...path, 'DependsOn'], `Template format error: DependsOn of ${id} must be a name or a list of names.`);
    }
    const condition = all['Condition'];
    if (condition !== undefined && typeof condition !== 'string') {
      fail([...path, 'Condition'], `Template format error: Condition of ${id} must be the name of a condition.`);
    }
    return {
      Type: type,
      Properties: fields([...path, 'Properties'], all['Properties'], `Properties of ${id}`),
      DependsOn: depends as string[],
      ...(typeof condition === 'string' && { Condition: condition }),
      ...policy(id, 'DeletionPolicy', all),
      ...policy(id, 'UpdateReplacePolicy', all),
      ...(all['UpdatePolicy'] !== undefined && {
        UpdatePolicy: readUpdatePolicy({ id, type, value: all['UpdatePolicy'] }, fail),
      }),
      ...(all['Metadata'] !== undefined && {
        Metadata: fields([...path, 'Metadata'], all['Metadata'], `Metadata of ${id}`),
      }),
    };
  }

  function policy(id: string, name: 'DeletionPolicy' | 'UpdateReplacePolicy', all: Fields): Fields {
    const word = all[name];
    if (word === undefined) return {};
    const allowed = name === 'DeletionPolicy' ? deletionPolicies : ['Delete', 'Retain'];
    if (typeof word !== 'string' || !allowed.includes(word)) {
      fail(
        ['Resources', id, name],
        `${id}: the local cloud implements the ${name} ${allowed.join(', ')}, not ${JSON.stringify(word)}.`,
      );
    }
    return { [name]: word };
  }

  function readOutput(name: string, output: unknown): OutputDefinition {
    const path = ['Outputs', name];
    if (!/^[A-Za-z0-9]+$/.test(name)) fail(path, `Template format error: Output name ${name} is non alphanumeric.`);
    const all = fields(path, output, `output ${name}`);
    for (const member of Object.keys(all)) {
      if (member === 'Export')
        fail([...path, member], `output ${name}: the local cloud does not implement Export (it runs one stack).`);
      if (!['Value', 'Description', 'Condition'].includes(member)) {
        fail([...path, member], `Invalid template output property '${member}' (${name}).`);
      }
    }
    if (!('Value' in all)) fail(path, `Template format error: Output ${name} is malformed. It needs a Value.`);
    const { Description: description, Condition: condition } = all;
    return {
      Value: all['Value'],
      ...(typeof description === 'string' && { Description: description }),
      ...(typeof condition === 'string' && { Condition: condition }),
    };
  }
}
