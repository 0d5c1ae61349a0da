import { mentions, references } from './references.ts';
import type { Template } from './template.ts';

/**
 * The circles in which resources wait for one another, by Ref, GetAtt, Sub and DependsOn: of each group of resources that are tied
 * together the shortest one, from a resource back to itself. Unlike the linters it reads an expanded template, every branch of `Fn::If`
 * and resources whose condition is false: what is circular for some parameters is circular.
 */
export function findCircles(template: Pick<Template, 'resources' | 'where'>): string[][] {
  const needs = new Map(
    Object.entries(template.resources).map(([logicalId, resource]) => {
      const mentioned = mentions(resource).flatMap(([attribute, value]) =>
        references(value, ['Resources', logicalId, attribute], template, { kind: 'all' }),
      );
      const names = [...mentioned.map(({ name }) => name), ...resource.DependsOn];
      return [logicalId, [...new Set(names)].filter((name) => Object.hasOwn(template.resources, name)).sort()] as const;
    }),
  );
  const circles: string[][] = [];
  const settled = new Set<string>();
  for (const start of [...needs.keys()].sort()) {
    if (settled.has(start)) continue;
    const circle = shortestCircle(start, needs);
    if (circle === undefined) continue;
    const tied = [...needs.keys()].filter((other) => reaches(start, other, needs) && reaches(other, start, needs));
    const all = tied.map((one) => shortestCircle(one, needs)).filter((one) => one !== undefined);
    circles.push(all.reduce((shortest, one) => (one.length < shortest.length ? one : shortest), circle));
    for (const one of tied) settled.add(one);
  }
  return circles;
}

type Needs = ReadonlyMap<string, readonly string[]>;

/** The shortest way from a resource back to itself, both ends included. */
function shortestCircle(start: string, needs: Needs): string[] | undefined {
  const seen = new Set<string>();
  let ways: string[][] = [[start]];
  while (ways.length > 0) {
    const next: string[][] = [];
    for (const way of ways) {
      for (const name of needs.get(way.at(-1) ?? '') ?? []) {
        if (name === start) return [...way, start];
        if (seen.has(name)) continue;
        seen.add(name);
        next.push([...way, name]);
      }
    }
    ways = next;
  }
  return undefined;
}

function reaches(from: string, to: string, needs: Needs): boolean {
  const seen = new Set([from]);
  for (const name of seen) for (const next of needs.get(name) ?? []) seen.add(next);
  return seen.has(to);
}
