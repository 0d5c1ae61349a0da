import { z } from 'zod';
import { AwsError } from '../../core/aws-error.ts';
import type { Api } from '../../wire/messages.ts';
import { paged } from '../../wire/paged.ts';
import { awsQuery } from '../../wire/query.ts';
import { queryList, readInput } from '../../wire/read-input.ts';
import type { StackDescription, StackView } from '../stack-view.ts';
import { describeEvent, describeResource, describeStack, summarizeResource, summarizeStack } from './describe.ts';

const StackName = z.string();
const NextToken = z.string().optional();
const oneOrAll = z.strictObject({ StackName: StackName.optional(), NextToken });
const listed = z.strictObject({ NextToken, StackStatusFilter: queryList(z.string()).default([]) });
const resourcesOfOne = z.strictObject({ StackName, NextToken });
const resources = z.strictObject({
  StackName: StackName.optional(),
  PhysicalResourceId: z.string().optional(),
  LogicalResourceId: z.string().optional(),
});

const deleted = z.strictObject({ StackName, ClientRequestToken: z.string().optional() });

const continued = z.strictObject({
  StackName,
  ResourcesToSkip: queryList(z.string()).default([]),
  ClientRequestToken: z.string().optional(),
});

/** What changes a stack, by its name, in the background. */
export type StackActions = {
  remove: (stackName: string) => void;
  continueRollback: (stackName: string, resourcesToSkip: readonly string[]) => void;
};

/** CloudFormation's reading operations, what a script needs to find its way in a stack, DeleteStack and ContinueUpdateRollback. */
export function cloudFormationApi(view: StackView, { remove, continueRollback }: StackActions): Api {
  /** By name or id; a deleted stack is known by its id only. Throws AwsError ValidationError. */
  function find(nameOrId: string): StackDescription {
    const stack = view
      .stacks()
      .find(
        ({ stackName, stackId, status }) =>
          stackId === nameOrId || (stackName === nameOrId && status !== 'DELETE_COMPLETE'),
      );
    if (stack === undefined) throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    return stack;
  }

  return awsQuery('cloudformation', 'http://cloudformation.amazonaws.com/doc/2010-05-15/', {
    DescribeStacks: (input, { authorize }) => {
      const { StackName: name, NextToken: token } = read('DescribeStacks', oneOrAll, input);
      const found = name === undefined ? living(view) : [find(name)];
      authorize('cloudformation:DescribeStacks', name === undefined ? '*' : (found[0]?.stackId ?? '*'));
      const { items, next } = page(found, token);
      return { Stacks: { member: items.map(describeStack) }, ...next };
    },

    ListStacks: (input, { authorize }) => {
      const { NextToken: token, StackStatusFilter } = read('ListStacks', listed, input);
      authorize('cloudformation:ListStacks', '*');
      const found = view
        .stacks()
        .filter(({ status }) => StackStatusFilter.length === 0 || StackStatusFilter.includes(status));
      const { items, next } = page(found, token);
      return { StackSummaries: { member: items.map(summarizeStack) }, ...next };
    },

    ListStackResources: (input, { authorize }) => {
      const { StackName: name, NextToken: token } = read('ListStackResources', resourcesOfOne, input);
      const stack = find(name);
      authorize('cloudformation:ListStackResources', stack.stackId);
      const { items, next } = page(view.resources(stack.stackId), token);
      return { StackResourceSummaries: { member: items.map(summarizeResource) }, ...next };
    },

    DescribeStackEvents: (input, { authorize }) => {
      const { StackName: name, NextToken: token } = read('DescribeStackEvents', resourcesOfOne, input);
      const stack = find(name);
      authorize('cloudformation:DescribeStackEvents', stack.stackId);
      const { items, next } = page(view.events(stack.stackId), token);
      return { StackEvents: { member: items.map(describeEvent) }, ...next };
    },

    DeleteStack: (input, { authorize }) => {
      const { StackName: nameOrId } = read('DeleteStack', deleted, input);
      const stack = living(view).find(({ stackId, stackName }) => [stackId, stackName].includes(nameOrId));
      authorize('cloudformation:DeleteStack', stack?.stackId ?? '*');
      // Of a stack that is not there, as of one that is being deleted, there is nothing to say.
      if (stack !== undefined) remove(stack.stackName);
      return {};
    },

    ContinueUpdateRollback: (input, { authorize }) => {
      const { StackName: name, ResourcesToSkip: skipped } = read('ContinueUpdateRollback', continued, input);
      const { stackId, stackName, status } = find(name);
      authorize('cloudformation:ContinueUpdateRollback', stackId);
      if (status !== 'UPDATE_ROLLBACK_FAILED') {
        throw new AwsError(
          'ValidationError',
          `Stack:${stackId} is in ${status} state and its rollback can not be continued.`,
        );
      }
      const failed = view.resources(stackId).filter((one) => one.status === 'UPDATE_FAILED');
      const other = skipped.find((logicalId) => !failed.some((one) => one.logicalId === logicalId));
      if (other !== undefined) {
        throw new AwsError(
          'ValidationError',
          `Resource ${other} is not in UPDATE_FAILED state and can not be skipped.`,
        );
      }
      continueRollback(stackName, skipped);
      return {};
    },

    DescribeStackResources: (input, { authorize }) => {
      const asked = read('DescribeStackResources', resources, input);
      const stack = asked.StackName === undefined ? ownerOf(view, asked.PhysicalResourceId) : find(asked.StackName);
      authorize('cloudformation:DescribeStackResources', stack.stackId);
      const found = view
        .resources(stack.stackId)
        .filter(({ logicalId }) => asked.LogicalResourceId === undefined || logicalId === asked.LogicalResourceId);
      return { StackResources: { member: found.map((resource) => describeResource(stack, resource)) } };
    },
  });
}

function read<S extends z.ZodType>(operation: string, schema: S, input: unknown): z.output<S> {
  return readInput(`cloudformation:${operation}`, schema, input, 'ValidationError');
}

function page<T>(all: readonly T[], token: string | undefined): ReturnType<typeof paged<T>> {
  return paged(all, { token, size: 100, invalidCode: 'ValidationError' });
}

function living(view: StackView): StackDescription[] {
  return view.stacks().filter(({ status }) => status !== 'DELETE_COMPLETE');
}

function ownerOf(view: StackView, physicalId: string | undefined): StackDescription {
  const owner = living(view).find(({ stackId }) =>
    view.resources(stackId).some((one) => one.physicalId === physicalId),
  );
  if (physicalId === undefined || owner === undefined) {
    throw new AwsError('ValidationError', `Stack for ${physicalId ?? '(no StackName)'} does not exist`);
  }
  return owner;
}
