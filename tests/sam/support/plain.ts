type Fields = Readonly<Record<string, unknown>>;

/** A template in plain CloudFormation, as it is compared. */
export type Plain = { resources: Readonly<Record<string, Fields>>; conditions: unknown; outputs: unknown };

/** Where code lies: on AWS in a bucket, here in a folder. Of layers their content, of nested stacks their template. */
const codes = ['Code', 'Content', 'TemplateURL'];

/**
 * The sections of a template without what cannot be the same (where code lies, and the hashes that logical ids have of it) and what is
 * said in several ways: the order of members and of the conditions of an `Or`, an absent DependsOn, and a parameter, which SAM replaces
 * by its value here and there. Metadata tells only how to build.
 */
export function plain({ Resources, Conditions, Outputs }: Fields, withParameters: (value: unknown) => unknown): Plain {
  const same = (value: unknown): unknown => withoutHashes(withParameters(value));
  return {
    resources: Object.fromEntries(
      Object.entries(same(Resources) as Readonly<Record<string, Fields>>).map(([id, resource]) => {
        const { DependsOn: depends, Properties: properties, ...attributes } = resource;
        const compared = Object.entries((properties ?? {}) as Fields).filter(([name]) => !codes.includes(name));
        return [
          id,
          { ...attributes, DependsOn: [depends ?? []].flat().toSorted(), Properties: Object.fromEntries(compared) },
        ];
      }),
    ),
    conditions: same(Conditions ?? {}),
    outputs: same(Outputs ?? {}),
  };
}

/** `FnVersion0123456789` and `Library0123456789` end with a hash of code, and wherever they are mentioned too. */
function withoutHashes(value: unknown): unknown {
  const text = JSON.stringify(value, (name, one: unknown) => {
    if (name === 'Metadata') return undefined;
    return name === 'Fn::Or' && Array.isArray(one) ? one.toSorted(byText) : one;
  });
  return JSON.parse(text.replaceAll(/\b([A-Za-z]\w*?)[0-9a-f]{10}\b/g, '$1#'));
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
