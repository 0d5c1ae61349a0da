import type { XmlValue } from '../../wire/xml.ts';
import type { ResourceDescription, StackDescription, StackEvent } from '../stack-view.ts';

type Described = { readonly [element: string]: XmlValue };

/** A stack as DescribeStacks answers it. */
export function describeStack(stack: StackDescription): Described {
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    Description: stack.description,
    CreationTime: stack.createdAt,
    LastUpdatedTime: stack.updatedAt,
    DeletionTime: stack.deletedAt,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: false,
    Capabilities: { member: stack.capabilities },
    Parameters: {
      member: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    },
    Outputs: {
      member: stack.outputs.map(({ key, value, description, exportName }) => ({
        OutputKey: key,
        OutputValue: value,
        Description: description,
        ExportName: exportName,
      })),
    },
    Tags: { member: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })) },
    EnableTerminationProtection: false,
    ParentId: stack.parentId,
    RootId: stack.rootId,
  };
}

/** A stack as ListStacks answers it. */
export function summarizeStack(stack: StackDescription): Described {
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    TemplateDescription: stack.description,
    CreationTime: stack.createdAt,
    LastUpdatedTime: stack.updatedAt,
    DeletionTime: stack.deletedAt,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    ParentId: stack.parentId,
    RootId: stack.rootId,
  };
}

/** A resource as ListStackResources answers it. */
export function summarizeResource(resource: ResourceDescription): Described {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    LastUpdatedTimestamp: resource.changedAt,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.statusReason,
  };
}

/** A resource as DescribeStackResources answers it. */
export function describeResource({ stackId, stackName }: StackDescription, resource: ResourceDescription): Described {
  return {
    StackName: stackName,
    StackId: stackId,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    Timestamp: resource.changedAt,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.statusReason,
  };
}

/** What happened, as DescribeStackEvents answers it. */
export function describeEvent(event: StackEvent): Described {
  return {
    StackId: event.stackId,
    EventId: event.eventId,
    StackName: event.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId ?? '',
    ResourceType: event.type,
    Timestamp: new Date(event.at),
    ResourceStatus: event.status,
    ResourceStatusReason: event.statusReason,
  };
}
