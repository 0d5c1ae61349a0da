import { AwsError } from '../../core/aws-error.ts';
import { without, type Functions } from './functions.ts';

/** One statement of a function's resource policy, as `AddPermission` takes it. */
export type PermissionSpec = {
  functionName: string;
  qualifier?: string;
  statementId: string;
  action: string;
  /** A service (`sns.amazonaws.com`), an account, an ARN, or `*`. */
  principal: string;
  sourceArn?: string;
  sourceAccount?: string;
  principalOrgId?: string;
};

export type Permissions = ReturnType<typeof openPermissions>;

/** The resource policies of functions, which say who may invoke them. */
export function openPermissions(functions: Functions) {
  function statement(spec: PermissionSpec): object {
    const { principal, sourceArn, sourceAccount, principalOrgId } = spec;
    const like = sourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': sourceArn } };
    const equals = {
      ...(sourceAccount !== undefined && { 'AWS:SourceAccount': sourceAccount }),
      ...(principalOrgId !== undefined && { 'aws:PrincipalOrgID': principalOrgId }),
    };
    const condition = { ...like, ...(Object.keys(equals).length > 0 && { StringEquals: equals }) };
    return {
      Sid: spec.statementId,
      Effect: 'Allow',
      Principal: principalOf(principal),
      Action: spec.action,
      Resource: [functions.arnOf(spec.functionName), spec.qualifier].filter((part) => part !== undefined).join(':'),
      ...(Object.keys(condition).length > 0 && { Condition: condition }),
    };
  }

  function principalOf(principal: string): unknown {
    if (principal === '*') return '*';
    if (principal.startsWith('arn:')) return { AWS: principal };
    if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
    return { Service: principal };
  }

  return {
    add: (spec: PermissionSpec): object => {
      const { functionName, qualifier = '', statementId } = spec;
      if (qualifier !== '') functions.resolve({ functionName, qualifier }, () => 0);
      const made = statement(spec);
      functions.change(functionName, ({ permissions }) => {
        if (permissions[qualifier]?.[statementId] !== undefined) {
          throw new AwsError(
            'ResourceConflictException',
            `The statement id (${statementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
            409,
          );
        }
        return { permissions: { ...permissions, [qualifier]: { ...permissions[qualifier], [statementId]: made } } };
      });
      return made;
    },
    remove: (functionName: string, qualifier: string | undefined, statementId: string): void => {
      functions.change(functionName, ({ permissions }) => {
        const rest = without(permissions[qualifier ?? ''] ?? {}, statementId);
        return { permissions: { ...permissions, [qualifier ?? '']: rest } };
      });
    },
    /** The resource policy of a function or of one of its qualifiers; undefined where there is none. */
    policyOf: (
      functionName: string,
      qualifier?: string,
    ): { Version: string; Id: string; Statement: object[] } | undefined => {
      const statements = Object.values(functions.record(functionName).permissions[qualifier ?? ''] ?? {});
      if (statements.length === 0) return undefined;
      return { Version: '2012-10-17', Id: 'default', Statement: statements };
    },
  };
}
