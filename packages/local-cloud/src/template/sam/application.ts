import { readTags, tags } from './tags.ts';
import { inherited, plainResource, refuseOthers, type Expanded, type Expansion } from './macro.ts';
import type { ResourceDefinition } from '../template.ts';
import { TemplateError } from '../template-error.ts';

/** `AWS::Serverless::Application` with a template beside this one: a nested stack. */
export function expandApplication(logicalId: string, resource: ResourceDefinition, expansion: Expansion): Expanded {
  const { template, artifacts } = expansion;
  const path = ['Resources', logicalId, 'Properties'];
  const { Location: location, Parameters, Tags } = resource.Properties;
  refuseOthers(
    expansion,
    path,
    resource.Properties,
    ['Location', 'Parameters', 'Tags'],
    'AWS::Serverless::Application',
  );
  if (typeof location !== 'string') {
    throw new TemplateError(
      location === undefined
        ? `${template.where(path)}: ${logicalId}: Missing required property 'Location'.`
        : `${template.where([...path, 'Location'])}: ${logicalId}: the local cloud implements a Location that is the path of a template, not an application of a repository.`,
    );
  }
  return {
    resources: {
      [logicalId]: plainResource(
        'AWS::CloudFormation::Stack',
        {
          TemplateURL: artifacts.get(logicalId) ?? location,
          Parameters,
          Tags: tags(readTags([...path, 'Tags'], Tags, expansion)),
        },
        { ...inherited(resource), DependsOn: resource.DependsOn },
      ),
    },
    renamed: {},
  };
}
