import { z } from 'zod';
import { text } from '../properties.ts';
import type { Nesting, Provider } from '../provider.ts';
import { artifact } from './artifact.ts';
import { tags, toTags } from './tags.ts';

const schema = z.strictObject({
  // What the builder puts where a template names another one: see template/built-template.ts.
  TemplateURL: artifact,
  Parameters: z.record(z.string(), text).optional(),
  Tags: tags.optional(),
});
type Properties = z.output<typeof schema>;

/** A stack within a stack. */
export function cloudformationStack(): Provider<Properties> {
  const input = ({ TemplateURL: template, Parameters: parameters = {}, Tags }: Properties) => ({
    template,
    parameters,
    tags: toTags(Tags),
  });

  return {
    type: 'AWS::CloudFormation::Stack',
    schema,
    replacedBy: [],
    isSettled: ({ ref, nesting }) => nesting.isSettled(ref),
    create: async ({ logicalId, properties, stack, nesting, progress }) =>
      given(nesting).create({ ...input(properties), logicalId, stack, ...(progress && { progress }) }),
    update: async ({
      logicalId,
      ref,
      properties,
      stack,
      nesting,
      progress,
      isRollback = false,
      isContinued = false,
    }) => {
      const change = { ...input(properties), logicalId, stackId: ref, stack };
      if (isContinued) return given(nesting).continueRollback(change);
      return given(nesting).update({ ...change, ...(progress && !isRollback && { progress }) });
    },
    delete: async ({ ref, nesting }) => given(nesting).remove(ref),
  };
}

function given(nesting: Nesting | undefined): Nesting {
  if (nesting === undefined) throw new Error('a nested stack can only be deployed as part of a stack.');
  return nesting;
}
