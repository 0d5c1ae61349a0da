import { z } from 'zod';
import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { readFilterPolicy, type FilterPolicyScope } from './filter-policy.ts';

export type SubscriptionSettings = {
  RawMessageDelivery: boolean;
  FilterPolicyScope: FilterPolicyScope;
  FilterPolicy?: object | undefined;
  RedrivePolicy?: { deadLetterTargetArn: string } | undefined;
};

export const defaults: SubscriptionSettings = { RawMessageDelivery: false, FilterPolicyScope: 'MessageAttributes' };

const redrivePolicy = z.strictObject({ deadLetterTargetArn: z.string().regex(/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/) });

/** An empty document takes the setting away. */
const json = <T extends z.ZodType>(shape: T) =>
  z.string().transform((text, context): z.output<T> | undefined => {
    const value = parseJson(text);
    if (text === '' || isEmpty(value)) return undefined;
    const result = shape.safeParse(value);
    if (result.success) return result.data;
    context.addIssue({ code: 'custom', message: result.error.issues[0]?.message ?? 'invalid', input: text });
    return z.NEVER;
  });

const attributes = {
  RawMessageDelivery: z.enum(['true', 'false']).transform((text) => text === 'true'),
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']),
  FilterPolicy: json(z.record(z.string(), z.unknown())),
  RedrivePolicy: json(redrivePolicy),
} as const satisfies Record<keyof SubscriptionSettings, z.ZodType>;

/**
 * The settings after a change by attributes, all of them text. Throws AwsError that names the attribute which is wrong, not implemented
 * or does not go with the protocol.
 */
export function changeSettings(
  settings: SubscriptionSettings,
  protocol: string,
  texts: Readonly<Record<string, string>>,
): SubscriptionSettings {
  const changes = Object.entries(texts).map(([name, text]) => {
    if (!isSetting(name)) throw notImplemented(`the subscription attribute ${name}`);
    const result = attributes[name].safeParse(text);
    if (!result.success) throw invalid(`${name}: ${result.error.issues[0]?.message ?? ''}`);
    return [name, result.data] as const;
  });
  const changed: SubscriptionSettings = {
    ...settings,
    ...(Object.fromEntries(changes) as Partial<SubscriptionSettings>),
  };
  if (changed.RawMessageDelivery && protocol !== 'sqs') {
    throw invalid(`Delivery protocol [${protocol}] does not support raw message delivery.`);
  }
  // Read for its errors: a policy that cannot be evaluated is never stored.
  if (changed.FilterPolicy !== undefined) readFilterPolicy(changed.FilterPolicy, changed.FilterPolicyScope);
  return changed;
}

/** As attributes: all of them text. */
export function writeSettings(settings: SubscriptionSettings): Record<string, string> {
  const { RawMessageDelivery, FilterPolicyScope, FilterPolicy, RedrivePolicy } = settings;
  return {
    RawMessageDelivery: String(RawMessageDelivery),
    ...(FilterPolicy !== undefined && { FilterPolicy: JSON.stringify(FilterPolicy), FilterPolicyScope }),
    ...(RedrivePolicy !== undefined && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
  };
}

function isSetting(name: string): name is keyof SubscriptionSettings {
  return Object.hasOwn(attributes, name);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function invalid(why: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: Attributes Reason: ${why}`);
}
