import { z } from 'zod';
import { formatProblem } from '../../services/apigateway/access-log.ts';
import type { ApiGateway } from '../../services/apigateway/apigateway.ts';
import type { Stage } from '../../services/apigateway/model.ts';
import { flag, integer, text } from '../properties.ts';
import type { Provider } from '../provider.ts';

const rate = z.union([z.number(), text.transform(Number)]).pipe(z.number().positive());
const schema = z.strictObject({
  ApiId: text,
  StageName: z.literal('$default', { error: 'the local cloud implements the stage $default only' }),
  AutoDeploy: flag.refine((on) => on, {
    error: 'the local cloud implements stages that are deployed automatically only',
  }),
  DefaultRouteSettings: z
    .strictObject({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: integer.pipe(z.int().positive()) })
    .optional(),
  AccessLogSettings: z
    .strictObject({
      DestinationArn: text.refine((arn) => groupOf(arn) !== undefined, { error: 'must be the ARN of a log group' }),
      Format: text.superRefine((format, context) => {
        const problem = formatProblem(format);
        if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
      }),
    })
    .optional(),
});
type Properties = z.output<typeof schema>;

export function apigatewayv2Stage(apigateway: ApiGateway): Provider<Properties> {
  const set = (properties: Properties) => {
    apigateway.setStage(properties.ApiId, stageOf(properties));
    return { ref: properties.StageName, attributes: {} };
  };

  return {
    type: 'AWS::ApiGatewayV2::Stage',
    schema,
    replacedBy: ['ApiId', 'StageName'],
    create: async ({ properties }) => set(properties),
    update: async ({ properties }) => set(properties),
    delete: async ({ properties }) => apigateway.setStage(properties.ApiId, undefined),
  };
}

function stageOf({ DefaultRouteSettings: settings, AccessLogSettings: log }: Properties): Stage {
  return {
    ...(settings && { throttling: { rate: settings.ThrottlingRateLimit, burst: settings.ThrottlingBurstLimit } }),
    ...(log && { accessLog: { group: groupOf(log.DestinationArn) ?? '', format: log.Format } }),
  };
}

function groupOf(arn: string): string | undefined {
  return /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:([^:*]+)(?::\*)?$/.exec(arn)?.[1];
}
