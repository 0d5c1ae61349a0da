import { z } from 'zod';
import { createClock } from '../../src/core/clock.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';
import { createRandom } from '../../src/core/random.ts';
import { cloudformationStack } from '../../src/stacks/providers/cloudformation-stack.ts';
import { physicalName } from '../../src/stacks/physical-name.ts';
import type { Provider } from '../../src/stacks/provider.ts';
import { createStacks, type Stacks } from '../../src/stacks/stacks.ts';
import { parameterValues } from '../../src/template/parameters.ts';
import { readTemplate } from '../../src/template/template.ts';

type Thing = { name: string; properties: Record<string, unknown> };

/**
 * A cloud of things: `Test::Thing` takes any Text, List and Size; it is replaced when its Kind changes, and fails when told to. A change
 * that fails has changed the thing already; one that is Stuck cannot be changed again.
 */
export type FakeCloud = {
  stacks: Stacks;
  /** What there is, by physical name. */
  things: Map<string, Thing>;
  /** What providers were asked, in order: `create A`, `update A`, `delete A`. */
  calls: string[];
  observed: CloudEvent[];
  /** How many things were being made at once, at most. */
  mostAtOnce: () => number;
  deploy: (
    resources: string,
    options?: {
      outputs?: string;
      parameters?: Record<string, string>;
      sections?: string;
      retainExceptOnCreate?: boolean;
    },
  ) => Promise<Record<string, string>>;
};

const schema = z.strictObject({
  Name: z.string().optional(),
  Text: z.string().optional(),
  Kind: z.string().optional(),
  Size: z.int().optional(),
  List: z.array(z.string()).optional(),
  FailsToMake: z.boolean().optional(),
  FailsToChange: z.boolean().optional(),
  FailsToDelete: z.boolean().optional(),
  Stuck: z.boolean().optional(),
  WaitsForTheEnd: z.boolean().optional(),
});

export function createFakeCloud(
  stateFolder?: string,
  things = new Map<string, Thing>(),
  stopping = new AbortController().signal,
): FakeCloud {
  const calls: string[] = [];
  const observed: CloudEvent[] = [];
  let atOnce = 0;
  let most = 0;
  const thing: Provider<z.output<typeof schema>> = {
    type: 'Test::Thing',
    schema,
    replacedBy: ['Kind'],
    namedBy: 'Name',
    create: async ({ logicalId, properties, stack, progress }) => {
      most = Math.max(most, (atOnce += 1));
      await new Promise(setImmediate);
      if (properties.WaitsForTheEnd === true) await cancelled(progress?.signal);
      atOnce -= 1;
      calls.push(`create ${logicalId}`);
      if (properties.FailsToMake === true) throw new Error(`${logicalId} cannot be made.`);
      const name = properties.Name ?? physicalName(stack, logicalId);
      if (things.has(name)) throw new Error(`${name} exists already.`);
      things.set(name, { name, properties });
      return { ref: name, attributes: { Arn: `arn:${name}` } };
    },
    update: async ({ logicalId, ref, before, properties }) => {
      calls.push(`update ${logicalId}`);
      if (before.Stuck === true) throw new Error(`${logicalId} is stuck.`);
      things.set(ref, { name: ref, properties });
      if (properties.FailsToChange === true) throw new Error(`${logicalId} cannot be changed.`);
      return { ref, attributes: { Arn: `arn:${ref}` } };
    },
    delete: async ({ logicalId, ref, properties }) => {
      calls.push(`delete ${logicalId}`);
      if (properties.FailsToDelete === true) throw new Error(`${logicalId} cannot be deleted.`);
      things.delete(ref);
    },
  };
  const stacks = createStacks(
    {
      region: 'us-east-1',
      accountId: '000000000000',
      clock: createClock(),
      random: createRandom(1),
      observe: (event) => observed.push(event),
      stopping,
      ...(stateFolder !== undefined && { stateFolder }),
    },
    [thing, { ...thing, type: 'Test::Twin' }, cloudformationStack()] as Provider[],
  );
  return {
    stacks,
    things,
    calls,
    observed,
    mostAtOnce: () => most,
    deploy: (resources, { outputs = '', parameters = {}, sections = '', retainExceptOnCreate = false } = {}) => {
      const text = `${sections}\nResources:\n  ${resources.trim().replaceAll('\n', '\n  ')}\n${outputs === '' ? '' : `Outputs:\n  ${outputs}`}`;
      const template = readTemplate(text, 'template.yaml');
      return stacks.deploy({
        stackName: 'shop',
        template,
        parameters: parameterValues(template, parameters),
        retainExceptOnCreate,
      });
    },
  };
}

/** Rejects when what is made is cancelled. */
function cancelled(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('Resource creation cancelled')), { once: true });
  });
}
