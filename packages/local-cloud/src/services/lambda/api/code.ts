import { z } from 'zod';
import { AwsError } from '../../../core/aws-error.ts';
import type { RestAnswer, RestRequest, RestRoute } from '../../../wire/rest-json.ts';
import type { FunctionConfiguration } from '../configuration.ts';
import { codeSha256, describe, ownArn } from './describe.ts';
import { bodyOf, referenceOf } from './input.ts';
import type { LambdaForApi } from './types.ts';

const FUNCTION = '/2015-03-31/functions/{FunctionName}';
/** Bytes of a request that carries a zip in base64: Lambda takes no more. */
const LARGEST_REQUEST = 70_167_211;

const newCode = z.strictObject({
  ZipFile: z.base64().optional(),
  Architectures: z.tuple([z.enum(['x86_64', 'arm64'])]).optional(),
  Publish: z.boolean().optional(),
  DryRun: z.boolean().optional(),
  RevisionId: z.string().optional(),
});
const publishing = z.strictObject({
  CodeSha256: z.string().optional(),
  Description: z.string().optional(),
  RevisionId: z.string().optional(),
});

/** How code comes to a function past its stack, and becomes a version. */
export function codeRoutes({ functions, replaceCode, layDownCode }: LambdaForApi): RestRoute[] {
  /** The function's name, without a qualifier: only `$LATEST` can be changed and published. */
  function unqualified(request: RestRequest, action: string): string {
    const { functionName, qualifier = '$LATEST' } = referenceOf(request);
    request.authorize(`lambda:${action}`, functions.arnOf(functionName));
    functions.record(functionName);
    if (qualifier === '$LATEST') return functionName;
    throw new AwsError('InvalidParameterValueException', `${action} takes $LATEST of a function, not ${qualifier}.`);
  }

  /** Throws PreconditionFailedException where the function is no more what the caller took it for. */
  function checkRevision({ latest }: { latest: FunctionConfiguration }, revisionId: string | undefined): void {
    if (revisionId === undefined || revisionId === latest.revisionId) return;
    throw new AwsError(
      'PreconditionFailedException',
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
      412,
    );
  }

  return [
    {
      operation: 'UpdateFunctionCode',
      method: 'PUT',
      path: `${FUNCTION}/code`,
      handle: async (request): Promise<RestAnswer> => {
        const functionName = unqualified(request, 'UpdateFunctionCode');
        if (request.body.length > LARGEST_REQUEST) {
          throw new AwsError(
            'RequestEntityTooLargeException',
            `Request must be smaller than ${LARGEST_REQUEST} bytes for the UpdateFunctionCode operation`,
            413,
          );
        }
        const wanted = bodyOf(newCode, request, 'UpdateFunctionCode');
        checkRevision(functions.record(functionName), wanted.RevisionId);
        if (wanted.ZipFile === undefined) {
          throw new AwsError('InvalidParameterValueException', 'Please provide a source for function code.');
        }
        const code = await layDownCode(Buffer.from(wanted.ZipFile, 'base64'), functionName);
        // While the zip was laid down, others may have been faster.
        const { latest } = functions.record(functionName);
        checkRevision({ latest }, wanted.RevisionId);
        const [architecture = latest.architecture] = wanted.Architectures ?? [];
        if (wanted.DryRun === true) return { body: describe({ ...latest, code, architecture }, latest.functionArn) };
        const updated = replaceCode(functionName, { code, architecture });
        if (wanted.Publish !== true) return { body: describe(updated, updated.functionArn) };
        const { configuration } = functions.publish(functionName);
        return { body: describe(configuration, ownArn(configuration)) };
      },
    },
    {
      operation: 'PublishVersion',
      method: 'POST',
      path: `${FUNCTION}/versions`,
      handle: (request): RestAnswer => {
        const functionName = unqualified(request, 'PublishVersion');
        const wanted = bodyOf(publishing, request, 'PublishVersion');
        const { latest } = functions.record(functionName);
        checkRevision({ latest }, wanted.RevisionId);
        if (wanted.CodeSha256 !== undefined && wanted.CodeSha256 !== codeSha256(latest.code)) {
          throw new AwsError(
            'InvalidParameterValueException',
            `CodeSHA256 (${wanted.CodeSha256}) is different from current CodeSHA256 in $LATEST (${codeSha256(latest.code)}). Please try again with the CodeSHA256 in $LATEST.`,
          );
        }
        const { configuration } = functions.publish(functionName, wanted.Description);
        return { status: 201, body: describe(configuration, ownArn(configuration)) };
      },
    },
  ];
}
