import { resolve, type Scope } from '../template/intrinsics.ts';
import type { ResourceDefinition, Template } from '../template/template.ts';
import { isFields } from '../template/fields.ts';
import { BuildError } from './build-error.ts';

/**
 * A function's code where the template itself holds it: CloudFormation makes it `index.js`. Undefined for functions whose code lies
 * elsewhere. Throws TemplateError for code that mentions resources, which are not there yet when it is built.
 */
export function inlineCode(
  logicalId: string,
  { Type: type, Properties: properties }: ResourceDefinition,
  template: Template,
  scope: Scope,
): string | undefined {
  const path = ['Resources', logicalId, 'Properties'];
  const { InlineCode: ofSam, Code: plain } = properties;
  let code: unknown;
  if (type === 'AWS::Serverless::Function' && ofSam !== undefined)
    code = resolve(ofSam, scope, [...path, 'InlineCode']);
  else if (type === 'AWS::Lambda::Function' && isFields(plain) && 'ZipFile' in plain)
    code = resolve(plain['ZipFile'], scope, [...path, 'Code', 'ZipFile']);
  if (code === undefined || typeof code === 'string') return code;
  throw new BuildError(`${template.where(path)}: ${logicalId}: inline code must be text.`);
}
