import { UsageError } from '../shared/target.ts';

/** Values of template.yaml's parameters, by name. */
export type Parameters = Readonly<Record<string, string>>;

// As SAM reads it: Name=Value, where a value with spaces, or none, stands in double quotes; several in one text are separated by spaces.
const assignment = /\s*([A-Za-z0-9]+)=("(?:\\.|[^\\"])*"|(?:\\.|[^\\"\s])+)(?=\s|$)/y;

/** Reads texts of `Name=Value`. Throws UsageError that names the unreadable part and `source`. */
export function readParameters(texts: readonly string[], source: string): Parameters {
  return Object.fromEntries(
    texts.flatMap((text) => {
      const found: [string, string][] = [];
      assignment.lastIndex = 0;
      let end = 0;
      for (let match; (match = assignment.exec(text)); end = assignment.lastIndex) {
        const [, name = '', value = ''] = match;
        found.push([name, (value.startsWith('"') ? value.slice(1, -1) : value).replaceAll(/\\(.)/g, '$1')]);
      }
      if (found.length === 0 || text.slice(end).trim() !== '')
        throw new UsageError(`${source}: "${text}" is no parameter: write it as Name=Value, or Name="a longer value".`);
      return found;
    }),
  );
}

/** The parameters as SAM takes them, one text each. */
export function writeParameters(parameters: Parameters): string[] {
  return Object.entries(parameters).map(([name, value]) =>
    /^[^\s"\\]+$/.test(value) ? `${name}=${value}` : `${name}="${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`,
  );
}

/** One word of a command line as SAM reads it: the shell has taken away the quotes around a value that has spaces, or is empty. */
export function quoted(word: string): string {
  const [, name, value = ''] = /^([A-Za-z0-9]+)=([^="]*)$/s.exec(word) ?? [];
  return name === undefined ? word : writeParameters({ [name]: value }).join(' ');
}

/** The parameters that a template declares, in its order. */
export function parameterNames(template: string): string[] {
  const [, section = ''] = /^Parameters:\n((?:(?:[ #].*)?\n)*)/m.exec(template.replaceAll('\r\n', '\n')) ?? [];
  return [...section.matchAll(/^ {2}(\w+):/gm)].map(([, name = '']) => name);
}

/** What a parameter will be: as given, else as in the last release, else empty, which every optional parameter is by default. */
export function valueOf(name: string, given: Parameters, stack: { parameters: Parameters } | undefined): string {
  return given[name] ?? stack?.parameters[name] ?? '';
}
