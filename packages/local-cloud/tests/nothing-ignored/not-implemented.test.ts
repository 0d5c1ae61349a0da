import { expect, test } from '@jest/globals';
import { notImplemented } from '../../src/stacks/not-implemented.ts';
import { createProviders, type Services } from '../../src/stacks/providers.ts';
import { publishedProperties } from './published.ts';
import { pathsOf } from './recorded.ts';
import { secondRelease } from './resources.ts';

// The providers are not called here, so they need no services.
const providers = createProviders(new Proxy({}, { get: () => ({}) }) as Services);
const samples = Object.values(secondRelease({ Folder: '/code', Sha256: 'ab' }));
const usedIn = (type: string): Set<string> =>
  new Set(samples.flatMap(({ Type, Properties }) => (Type === type ? pathsOf(Properties) : [])));
/** What the builder puts there is a folder, whatever AWS's own members are. */
const isCode = (path: string): boolean => /^(Code|Content)\./.test(path);

/** DynamoDB makes local indexes with the table only; the published schema does not say what comes of a change. */
const replacedOnlyHere: readonly string[] = [
  'AWS::DynamoDB::Table.LocalSecondaryIndexes',
  // AWS refuses to change how people sign in to a pool that exists; the other two have no state that would be lost.
  'AWS::Cognito::UserPool.UsernameAttributes',
  'AWS::Cognito::ManagedLoginBranding.UseCognitoProvidedValues',
  'AWS::Cognito::UserPoolDomain.ManagedLoginVersion',
];

test.each(providers.map(({ type }) => type))(
  'the list of what is not implemented of %s is what AWS publishes and no sample uses',
  (type) => {
    const used = usedIn(type);
    const refused = publishedProperties(type)
      .map(({ path }) => path.join('.'))
      .filter((path) => !used.has(path) && !isCode(path));
    const topmost = refused.filter((path) => !refused.some((other) => path.startsWith(`${other}.`)));
    expect([...(notImplemented[type] ?? ['no list'])].sort()).toEqual(topmost.sort());
  },
);

test('whatever is replaced on AWS when it changes is replaced here', () => {
  for (const { type, replacedBy } of providers) {
    const used = usedIn(type);
    const published = publishedProperties(type)
      .filter(({ path, replaces }) => replaces && path.length === 1 && used.has(path[0] ?? ''))
      .map(({ path }) => path[0]);
    expect({ type, missing: published.filter((name) => !replacedBy.includes(name ?? '')) }).toEqual({
      type,
      missing: [],
    });
    const more = replacedBy.filter(
      (name) => !published.includes(name) && !replacedOnlyHere.includes(`${type}.${name}`),
    );
    expect({ type, more }).toEqual({ type, more: [] });
  }
});
