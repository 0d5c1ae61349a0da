import type { NormalizedSchema } from '@smithy/core/schema';

type Names = readonly string[];
/** Values for members by their names; everything else is some value of its type. */
export type Plausible = Readonly<Record<string, unknown>>;

/** An input of an operation as its client describes it: the required members, and `also` one more. */
export function inputOf(schema: NormalizedSchema, plausible: Plausible, also?: string): Record<string, unknown> {
  return Object.fromEntries(
    membersOf(schema)
      .filter(({ name, required }) => required || name === also)
      .map(({ name, schema: member }) => [name, valueOf(name, member, plausible, [])]),
  );
}

/** The members of an operation's input. */
export function membersOf(schema: NormalizedSchema): { name: string; required: boolean; schema: NormalizedSchema }[] {
  if (!schema.isStructSchema()) return [];
  const required = requiredOf(schema);
  return [...schema.structIterator()].map(([name, member]) => ({
    name,
    required: required.includes(name),
    schema: member,
  }));
}

/** A structure lists its required members first, and says how many these are. */
function requiredOf(schema: NormalizedSchema): Names {
  const [, , , , names = [], , count = 0] = schema.getSchema() as unknown as readonly [
    kind: number,
    namespace: string,
    name: string,
    traits: unknown,
    names?: Names,
    members?: unknown,
    required?: number,
  ];
  return names.slice(0, count);
}

function valueOf(name: string, schema: NormalizedSchema, plausible: Plausible, entered: Names): unknown {
  if (Object.hasOwn(plausible, name)) return plausible[name];
  if (schema.isStructSchema()) {
    const type = schema.getName(true) ?? '';
    if (entered.includes(type)) return {};
    const members = membersOf(schema);
    const required = members.filter((one) => one.required);
    // An empty structure would not be sent at all.
    const chosen = required.length > 0 ? required : members.slice(0, 1);
    return Object.fromEntries(
      chosen.map((one) => [one.name, valueOf(one.name, one.schema, plausible, [...entered, type])]),
    );
  }
  if (schema.isListSchema()) return [valueOf('', schema.getValueSchema(), plausible, entered)];
  if (schema.isMapSchema()) return { probe: valueOf('', schema.getValueSchema(), plausible, entered) };
  if (schema.isNumericSchema()) return 1;
  if (schema.isBooleanSchema()) return true;
  if (schema.isTimestampSchema()) return new Date('2030-01-01T00:00:00Z');
  if (schema.isBlobSchema()) return new TextEncoder().encode('{}');
  return 'probe';
}
