import { join } from 'node:path';
import type { Setting } from '../services/setting.ts';
import { resolve } from '../template/intrinsics.ts';
import { acceptedIn } from '../template/accepted.ts';
import type { ParameterValue } from '../template/parameters.ts';
import { checkReferences, inOrder } from '../template/references.ts';
import { createScope } from '../template/scope.ts';
import type { Template } from '../template/template.ts';
import { checkProperties, type Providers } from './check.ts';
import { deployResources } from './deploy.ts';
import type { Provider, StackContext } from './provider.ts';
import { openStackState, type ResourceRecord, type StackRecord } from './stack-state.ts';
import type { ResourceDescription, StackDescription, StackView } from './stack-view.ts';

export type StackInput = {
  stackName: string;
  /** Plain CloudFormation: serverless resources are expanded. */
  template: Template;
  parameters: Readonly<Record<string, ParameterValue>>;
};

export type Stacks = {
  /**
   * Creates or updates the stack and gives its outputs. Throws TemplateError and UnsupportedTemplateError before anything is touched,
   * DeploymentError after rolling back.
   */
  deploy: (input: StackInput) => Promise<Record<string, string>>;
  stackId: (stackName: string) => string;
  view: StackView;
};

type Needs = Pick<Setting, 'region' | 'accountId' | 'random' | 'clock' | 'observe' | 'stateFolder'>;

export function createStacks(setting: Needs, all: readonly Provider[]): Stacks {
  const { region, accountId, random, clock, observe } = setting;
  const providers: Providers = new Map(all.map((provider) => [provider.type, provider]));
  const state = openStackState(setting.stateFolder === undefined ? undefined : join(setting.stateFolder, 'stacks'));
  const newIds = new Map<string, string>();
  /** Lines about what has no effect here; each is told once. */
  const told = new Set<string>();

  /** The id of the stack that is there, or of the one that is about to be made. */
  function stackId(stackName: string): string {
    const record = state.stack(stackName);
    if (record !== undefined && record.status !== 'ROLLBACK_COMPLETE') return record.stackId;
    const id =
      newIds.get(stackName) ?? `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/${random.uuid()}`;
    newIds.set(stackName, id);
    return id;
  }

  async function deploy({ stackName, template, parameters }: StackInput): Promise<Record<string, string>> {
    const stack: StackContext = { stackName, stackId: stackId(stackName), region, accountId, random };
    const deployment = { ...stack, parameters };
    checkReferences(template);
    const ordered = inOrder(template, createScope(template, deployment));
    const live = new Set(ordered.map(({ logicalId }) => logicalId));
    const scope = createScope(template, deployment, (logicalId) =>
      live.has(logicalId) ? state.resource(stackName, logicalId) : undefined,
    );
    checkProperties(template, ordered, providers, scope);
    for (const text of acceptedIn(template, ordered)) {
      if (!told.has(text)) observe({ type: 'note', text });
      told.add(text);
    }

    const previous = state.stack(stackName);
    const isUpdate = previous?.stackId === stack.stackId;
    const now = (): string => clock.now().toISOString();
    let record: StackRecord = {
      stackName,
      stackId: stack.stackId,
      ...(template.description !== undefined && { description: template.description }),
      status: isUpdate ? 'UPDATE_IN_PROGRESS' : 'CREATE_IN_PROGRESS',
      createdAt: isUpdate ? previous.createdAt : now(),
      ...(isUpdate && { updatedAt: now() }),
      parameters: shown(template, parameters),
      outputs: isUpdate ? previous.outputs : [],
    };
    state.saveStack(record);
    try {
      await deployResources({ template, ordered, scope, stack, providers, state, observe, now: clock.now });
      const outputs = Object.entries(template.outputs)
        .filter(([name, { Condition: when }]) => when === undefined || scope.condition(when, ['Outputs', name]))
        .map(([key, { Value: value, Description: description }]) => ({
          key,
          value: asText(resolve(value, scope, ['Outputs', key, 'Value'])),
          ...(description !== undefined && { description }),
        }));
      record = { ...record, status: isUpdate ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE', outputs };
      state.saveStack(record);
      return Object.fromEntries(outputs.map(({ key, value }) => [key, value]));
    } catch (error) {
      state.saveStack({
        ...record,
        status: isUpdate ? 'UPDATE_ROLLBACK_COMPLETE' : 'ROLLBACK_COMPLETE',
        statusReason: error instanceof Error ? error.message : String(error),
      });
      newIds.delete(stackName);
      throw error;
    }
  }

  return {
    deploy,
    stackId,
    view: {
      stacks: () => state.stacks().map(describeStack),
      resources: (id) => {
        const stack = state.stacks().find((one) => one.stackId === id);
        return stack === undefined ? [] : state.resources(stack.stackName).map(describeResource);
      },
    },
  };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shown(template: Template, parameters: Readonly<Record<string, ParameterValue>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const hidden = [true, 'true'].includes(template.parameters[name]?.['NoEcho'] as boolean | string);
      return [name, hidden ? '****' : [value].flat().join(',')];
    }),
  );
}

function describeStack(record: StackRecord): StackDescription {
  const { createdAt, updatedAt, ...others } = record;
  return {
    ...others,
    createdAt: new Date(createdAt),
    ...(updatedAt !== undefined && { updatedAt: new Date(updatedAt) }),
    capabilities: [],
    tags: {},
  };
}

function describeResource({
  logicalId,
  ref,
  type,
  status,
  statusReason,
  changedAt,
}: ResourceRecord): ResourceDescription {
  return {
    logicalId,
    physicalId: ref,
    type,
    status,
    ...(statusReason !== undefined && { statusReason }),
    changedAt: new Date(changedAt),
  };
}
