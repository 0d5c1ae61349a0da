import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { PropertyType, Resource, ResourceProperties, SpecDatabase } from '@aws-cdk/service-spec-types';

/** A property of a resource type, as AWS publishes it. */
export type PublishedProperty = {
  /** Names from the resource downwards; lists and maps add none. */
  path: readonly string[];
  /** Some value of its type, as small as its required members let it be. */
  value: unknown;
  required: boolean;
  /** A change of it asks for another resource. */
  replaces: boolean;
};

let loaded: SpecDatabase | undefined;

/** Every property of a resource type, nested ones after those that hold them. Throws where AWS publishes no such type. */
export function publishedProperties(type: string): PublishedProperty[] {
  const database = (loaded ??= loadAwsServiceSpecSync());
  const resource: Resource = database.lookup('resource', 'cloudFormationType', 'equals', type).only();
  return walk(database, resource.properties, [], []);
}

function walk(
  database: SpecDatabase,
  properties: ResourceProperties,
  above: readonly string[],
  /** Types may hold themselves (a filter of filters); once around is enough. */
  entered: readonly string[],
): PublishedProperty[] {
  return Object.entries(properties).flatMap(([name, { type, required = false, causesReplacement }]) => {
    const path = [...above, name];
    const inner = definitions(type)
      .filter((id) => !entered.includes(id))
      .flatMap((id) => walk(database, propertiesOf(database, id), path, [...entered, id]));
    // A union may name the same member twice.
    const distinct = [...new Map(inner.map((one) => [one.path.join('.'), one])).values()];
    const replaces = causesReplacement === 'yes';
    return [{ path, value: valueOf(database, type, []), required, replaces }, ...distinct];
  });
}

function propertiesOf(database: SpecDatabase, id: string): ResourceProperties {
  return database.get('typeDefinition', id).properties;
}

/** The types that a value of this type may be an object of, within lists, maps and unions. */
function definitions(type: PropertyType): string[] {
  if (type.type === 'ref') return [type.reference.$ref];
  if (type.type === 'array' || type.type === 'map') return definitions(type.element);
  return type.type === 'union' ? type.types.flatMap(definitions) : [];
}

function valueOf(database: SpecDatabase, type: PropertyType, entered: readonly string[]): unknown {
  switch (type.type) {
    case 'string':
      return type.allowedValues?.[0] ?? 'text';
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [valueOf(database, type.element, entered)];
    case 'map':
      return { name: valueOf(database, type.element, entered) };
    case 'tag':
      return { Key: 'team', Value: 'images' };
    case 'union':
      return valueOf(database, type.types[0] as PropertyType, entered);
    case 'ref': {
      const id = type.reference.$ref;
      if (entered.includes(id)) return {};
      return Object.fromEntries(
        Object.entries(propertiesOf(database, id))
          .filter(([, { required }]) => required === true)
          .map(([name, property]) => [name, valueOf(database, property.type, [...entered, id])]),
      );
    }
    case 'date-time':
      return '2026-01-01T00:00:00Z';
    case 'json':
    case 'null':
      return { any: 'document' };
  }
}
