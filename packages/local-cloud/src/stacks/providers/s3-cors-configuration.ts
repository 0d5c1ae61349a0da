import { z } from 'zod';
import type { CorsRule } from '../../services/s3/cors-rules.ts';
import { integer, text } from '../properties.ts';

const rule = z.strictObject({
  Id: text.optional(),
  AllowedMethods: z.array(z.enum(['GET', 'PUT', 'HEAD', 'POST', 'DELETE'])).min(1),
  AllowedOrigins: z.array(text).min(1),
  AllowedHeaders: z.array(text).optional(),
  ExposedHeaders: z.array(text).optional(),
  MaxAge: integer.pipe(z.number().nonnegative()).optional(),
});

/** The property `CorsConfiguration` of a bucket. */
export const corsConfiguration = z.strictObject({ CorsRules: z.array(rule).min(1) });

/** S3 calls some of it otherwise than CloudFormation does. */
export function toCors({ CorsRules }: z.output<typeof corsConfiguration>): CorsRule[] {
  return CorsRules.map((one) => ({
    ...(one.Id !== undefined && { id: one.Id }),
    methods: one.AllowedMethods,
    origins: one.AllowedOrigins,
    headers: one.AllowedHeaders ?? [],
    exposed: one.ExposedHeaders ?? [],
    ...(one.MaxAge !== undefined && { maxAgeSeconds: one.MaxAge }),
  }));
}
