import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type CollectionTag, type ScalarTag } from 'yaml';
import type { PropertiesOf, ResourceType } from './properties.ts';

export const repository = join(import.meta.dirname, '..', '..');

export const stages = ['local', 'dev', 'prod'] as const;
export type Stage = (typeof stages)[number];

export type Resource<P = unknown> = {
  Type: string;
  Properties: P;
  Condition?: string;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Metadata?: { BuildMethod?: string; BuildProperties?: Record<string, unknown> };
};

export type Template = {
  Parameters: Record<string, { Default?: string; AllowedPattern?: string; AllowedValues?: string[] }>;
  Mappings: Record<string, Record<string, Record<string, unknown>>>;
  Conditions: Record<string, unknown>;
  Globals: { Function: PropertiesOf<'AWS::Serverless::Function'> };
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
};

/** The templates of the application: the pipeline, and the gallery that is nested in it. */
export const root = 'template.yaml';
export const gallery = 'stacks/gallery.yaml';

/** Read once: they are long, and nothing here changes them. */
const parsed = new Map<string, Template>();

/**
 * A template with intrinsic functions in their long form (`{ Ref: … }`, `{ 'Fn::GetAtt': [id, attribute] }`); those that a
 * parameter decides (Ref, FindInMap, If) are resolved as they would be for these values.
 */
export function readTemplate(given: Record<string, string> = {}, file = root): Template {
  const template =
    parsed.get(file) ?? (parse(readFileSync(join(repository, file), 'utf8'), { customTags: tags }) as Template);
  parsed.set(file, template);
  // A parameter without a default is one that the other template gives: it stays a reference.
  const defaults = Object.entries(template.Parameters).flatMap(([name, { Default: value }]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const parameters: Record<string, string> = { Stage: 'dev', ...Object.fromEntries(defaults), ...given };
  return {
    ...template,
    Globals: resolve(template.Globals) as Template['Globals'],
    Resources: resolve(template.Resources) as Template['Resources'],
  };

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve).filter((one) => one !== noValue);
    if (typeof value !== 'object' || value === null) return value;
    const [call, argument] = Object.entries(value)[0] ?? [];
    if (call === 'Ref' && argument === 'AWS::NoValue') return noValue;
    if (call === 'Ref' && String(argument) in parameters) return parameters[String(argument)];
    if (call === 'Fn::FindInMap') {
      const [map = '', row = '', column = ''] = resolve(argument) as string[];
      return template.Mappings[map]?.[row]?.[column];
    }
    if (call === 'Fn::If') {
      const [condition, then, otherwise] = argument as [string, unknown, unknown];
      return resolve(holds(template.Conditions[condition]) ? then : otherwise);
    }
    const members = Object.entries(value).map(([name, member]) => [name, resolve(member)] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== noValue));
  }

  function holds(condition: unknown): boolean {
    const [call, argument] = Object.entries(condition as object)[0] ?? [];
    if (call === 'Fn::Not') return !holds((argument as unknown[])[0]);
    if (call === 'Fn::Equals') {
      const [a, b] = resolve(argument) as unknown[];
      return a === b;
    }
    throw new Error(
      `The template's tests cannot read the condition ${JSON.stringify(condition)}: teach them in ${import.meta.filename}.`,
    );
  }
}

/** All resources of a type, by LogicalId. A function has the Globals merged in, as SAM merges them. */
export function ofType<T extends ResourceType>(template: Template, type: T): [string, Resource<PropertiesOf<T>>][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => {
      const own = resource.Properties ?? {};
      const properties = type === 'AWS::Serverless::Function' ? merged(template.Globals.Function, own) : own;
      return [id, { ...resource, Properties: properties as PropertiesOf<T> }];
    });
}

/** One resource. Throws where the template has none of that name and type. */
export function resource<T extends ResourceType>(template: Template, id: string, type: T): Resource<PropertiesOf<T>> {
  const found = ofType(template, type).find(([name]) => name === id);
  if (!found) throw new Error(`The template has no ${type} called ${id}.`);
  return found[1];
}

export function getAtt(id: string, attribute = 'Arn'): unknown {
  return { 'Fn::GetAtt': [id, attribute] };
}

const noValue = Symbol('AWS::NoValue');

const calls = ['Sub', 'If', 'Not', 'Equals', 'And', 'Or', 'FindInMap', 'Join', 'Select', 'Split'];
const tags = [
  scalar('Ref', (name) => ({ Ref: name })),
  scalar('GetAtt', (path) => ({ 'Fn::GetAtt': [path.slice(0, path.indexOf('.')), path.slice(path.indexOf('.') + 1)] })),
  ...calls.flatMap((name) => [scalar(name, (text) => ({ [`Fn::${name}`]: text })), list(name)]),
];

function scalar(name: string, read: (text: string) => unknown): ScalarTag {
  return { tag: `!${name}`, resolve: read };
}

function list(name: string): CollectionTag {
  return {
    tag: `!${name}`,
    collection: 'seq',
    resolve: (items) => ({ [`Fn::${name}`]: (items as { toJSON: () => unknown }).toJSON() }),
  };
}

function merged(below: unknown, above: unknown): unknown {
  if (!isPlain(below) || !isPlain(above)) return above;
  const names = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries(
    [...names].map((name) => [name, name in above ? merged(below[name], above[name]) : below[name]]),
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
