import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Tags,
  type YAMLMap,
} from 'yaml';
import { TemplateError } from './template-error.ts';

export type Path = readonly (string | number)[];

/** A document as plain values: short tags in their long form (`!Ref X` is `{ Ref: 'X' }`), and where each value stands. */
export type Source = {
  value: unknown;
  /** `file:line:column` of the value at `path`, or of the nearest ancestor that the file has. */
  where: (path: Path) => string;
};

// CloudFormation reads YAML 1.1 without these (a date stays text, `<<` is refused).
const notInTemplates = new Set([
  'tag:yaml.org,2002:binary',
  'tag:yaml.org,2002:omap',
  'tag:yaml.org,2002:pairs',
  'tag:yaml.org,2002:set',
  'tag:yaml.org,2002:timestamp',
  'tag:yaml.org,2002:merge',
]);

/**
 * What stays text although the letter of YAML 1.1 says otherwise: `y` and `n` are no booleans for hardly any reader, CloudFormation's
 * neither, and a lone dot (`CodeUri: .`) is no number.
 */
const textAfterAll: Readonly<Record<string, string>> = {
  'tag:yaml.org,2002:bool': '[YyNn]',
  'tag:yaml.org,2002:float': String.raw`[-+]?\.`,
};

function asReadersDo<T extends { tag: string }>(tag: T): T {
  const { test } = tag as { test?: RegExp };
  const text = textAfterAll[tag.tag];
  return test === undefined || text === undefined
    ? tag
    : { ...tag, test: new RegExp(`^(?!${text}$)(?:${test.source})`, test.flags) };
}

/** The short form of `Fn::<name>` is `!<name>`; these two have no prefix. */
const withoutPrefix = new Set(['Ref', 'Condition']);

/** Reads YAML (and JSON, which is YAML). Throws TemplateError for what cannot be parsed, doubled keys, aliases and foreign tags. */
export function readYaml(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    lineCounter: lines,
    merge: false,
    customTags: (tags: Tags): Tags =>
      tags.flatMap((tag): Tags => {
        if (typeof tag === 'string') return [tag];
        if (notInTemplates.has(tag.tag)) return [];
        return [asReadersDo(tag)];
      }),
  });
  const positions = new Map<string, number>();
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${String(line)}:${String(col)}`;
  };
  const [error] = document.errors;
  if (error) throw new TemplateError(`${at(error.pos[0])}: ${firstLine(error.message)}`);
  const value = plain(document.contents, [], { document, at, positions });
  return {
    value,
    where: (path) => {
      for (let length = path.length; length >= 0; length--) {
        const offset = positions.get(JSON.stringify(path.slice(0, length)));
        if (offset !== undefined) return at(offset);
      }
      return file;
    },
  };
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '.') ?? message;
}

type Reading = { document: Document; at: (offset: number) => string; positions: Map<string, number> };

function plain(node: Node | null, path: Path, reading: Reading): unknown {
  if (node === null) return null;
  const offset = node.range?.[0] ?? 0;
  const key = JSON.stringify(path);
  if (!reading.positions.has(key)) reading.positions.set(key, offset);
  if (isAlias(node))
    throw new TemplateError(`${reading.at(offset)}: CloudFormation does not read YAML aliases (*${node.source}).`);
  const name = shortTag(node.tag);
  if (name === undefined) return untagged(node, path, reading);
  const long = withoutPrefix.has(name) ? name : `Fn::${name}`;
  const inner = untagged(node, [...path, long], reading);
  // `!GetAtt Queue.Arn` is the only function whose short form has a notation of its own.
  if (name === 'GetAtt' && typeof inner === 'string') {
    const dot = inner.indexOf('.');
    return { [long]: dot < 0 ? [inner] : [inner.slice(0, dot), inner.slice(dot + 1)] };
  }
  return { [long]: inner };
}

/** `Sub` for `!Sub`; undefined for a value without a tag, or with one of YAML's own. */
function shortTag(tag: string | undefined): string | undefined {
  return tag?.startsWith('!') === true && tag.length > 1 ? tag.slice(1) : undefined;
}

function untagged(node: Node, path: Path, reading: Reading): unknown {
  if (isMap(node)) return object(node, path, reading);
  if (isSeq(node)) return node.items.map((item, index) => plain(item as Node | null, [...path, index], reading));
  if (isScalar(node)) {
    // A scalar behind a tag of ours comes as text whatever it looks like; without one, as YAML says.
    return typeof node.value === 'bigint' ? String(node.value) : node.value;
  }
  throw new TemplateError(`${reading.at(node.range?.[0] ?? 0)}: this cannot be read.`);
}

function object(map: YAMLMap, path: Path, reading: Reading): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const { key, value } of map.items) {
    const offset = (key as Node).range?.[0] ?? 0;
    // `on: x` is a key named "on", though YAML 1.1 reads the word as a boolean.
    const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : key.source) : undefined;
    if (name === undefined) throw new TemplateError(`${reading.at(offset)}: a key must be a word.`);
    if (name === '<<')
      throw new TemplateError(`${reading.at(offset)}: CloudFormation does not read YAML's merge key (<<).`);
    reading.positions.set(JSON.stringify([...path, name]), offset);
    // `__proto__` as a key must be a key like any other.
    Object.defineProperty(result, name, {
      value: plain(value as Node | null, [...path, name], reading),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}
