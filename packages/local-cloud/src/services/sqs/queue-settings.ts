import { z } from 'zod';
import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { readPolicy } from '../../permissions/evaluate.ts';

/** A queue's settings, in the units of its attributes: seconds and bytes. */
export type QueueSettings = {
  DelaySeconds: number;
  MaximumMessageSize: number;
  MessageRetentionPeriod: number;
  ReceiveMessageWaitTimeSeconds: number;
  VisibilityTimeout: number;
  SqsManagedSseEnabled: boolean;
  Policy?: object | undefined;
  RedrivePolicy?: RedrivePolicy | undefined;
  RedriveAllowPolicy?: RedriveAllowPolicy | undefined;
};

export type RedrivePolicy = z.output<typeof redrivePolicy>;
export type RedriveAllowPolicy = z.output<typeof redriveAllowPolicy>;

export const defaults: QueueSettings = {
  DelaySeconds: 0,
  MaximumMessageSize: 1_048_576,
  MessageRetentionPeriod: 345_600,
  ReceiveMessageWaitTimeSeconds: 0,
  VisibilityTimeout: 30,
  SqsManagedSseEnabled: true,
};

const redrivePolicy = z.strictObject({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().pipe(z.int().min(1).max(1000)),
});

const redriveAllowPolicy = z
  .strictObject({
    redrivePermission: z.enum(['allowAll', 'denyAll', 'byQueue']).default('allowAll'),
    sourceQueueArns: z.array(z.string()).min(1).max(10).optional(),
  })
  .refine((policy) => (policy.redrivePermission === 'byQueue') === (policy.sourceQueueArns !== undefined), {
    error: 'sourceQueueArns belongs to redrivePermission byQueue, and only there',
  });

const whole = (from: number, to: number) => z.coerce.number().pipe(z.int().min(from).max(to));
/** An empty text takes the setting away. */
const json = <T extends z.ZodType>(shape: T) =>
  z.string().transform((text, context): z.output<T> | undefined => {
    if (text === '') return undefined;
    const result = shape.safeParse(parseJson(text));
    if (result.success) return result.data;
    context.addIssue({ code: 'custom', message: result.error.issues[0]?.message ?? 'invalid', input: text });
    return z.NEVER;
  });

const attributes = {
  DelaySeconds: whole(0, 900),
  MaximumMessageSize: whole(1024, 1_048_576),
  MessageRetentionPeriod: whole(60, 1_209_600),
  ReceiveMessageWaitTimeSeconds: whole(0, 20),
  VisibilityTimeout: whole(0, 43_200),
  SqsManagedSseEnabled: z.enum(['true', 'false']).transform((text) => text === 'true'),
  Policy: json(z.record(z.string(), z.unknown())),
  RedrivePolicy: json(redrivePolicy),
  RedriveAllowPolicy: json(redriveAllowPolicy),
} as const satisfies Record<keyof QueueSettings, z.ZodType>;

const elsewhere: Readonly<Record<string, string>> = {
  FifoQueue: 'FIFO queues',
  ContentBasedDeduplication: 'FIFO queues',
  DeduplicationScope: 'FIFO queues',
  FifoThroughputLimit: 'FIFO queues',
  KmsMasterKeyId: 'queues encrypted by KMS (SqsManagedSseEnabled is there)',
  KmsDataKeyReusePeriodSeconds: 'queues encrypted by KMS (SqsManagedSseEnabled is there)',
};

/** Reads the attributes of a request, all of them text. Throws AwsError that names the first one that is wrong. */
export function readSettings(texts: Readonly<Record<string, string>>): Partial<QueueSettings> {
  const settings = Object.entries(texts).map(([name, text]) => {
    if (Object.hasOwn(elsewhere, name)) throw notImplemented(elsewhere[name] ?? name);
    if (!isSetting(name)) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    const result = attributes[name].safeParse(text);
    if (!result.success) {
      throw new AwsError(
        'InvalidAttributeValue',
        `Invalid value for the parameter ${name}. Reason: ${result.error.issues[0]?.message ?? ''} (${text})`,
      );
    }
    return [name, result.data] as const;
  });
  const read: Partial<QueueSettings> = Object.fromEntries(settings);
  if (read.Policy !== undefined) readPolicy(read.Policy, 'resource');
  return read;
}

function isSetting(name: string): name is keyof QueueSettings {
  return Object.hasOwn(attributes, name);
}

/** The settings as attributes: all of them text. */
export function writeSettings(settings: QueueSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
}

/** May `sourceArn` use a queue with this policy as its dead-letter queue? */
export function allowsRedrive(policy: RedriveAllowPolicy | undefined, sourceArn: string): boolean {
  if (policy === undefined || policy.redrivePermission === 'allowAll') return true;
  return policy.redrivePermission === 'byQueue' && (policy.sourceQueueArns ?? []).includes(sourceArn);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
