/** A message attribute, as SNS and SQS have them. */
export type MessageAttribute = { dataType: string; stringValue?: string; binaryValue?: Uint8Array };

/** What one service hands to another: S3 to SNS, SNS to SQS or Lambda, a schedule to Lambda, Lambda to a failure queue. */
export type Delivery = {
  /** ARN of the topic, the queue or the function (qualified or not) that is to have it. */
  to: string;
  /** Who delivers (`service` as policies name it, e.g. `s3.amazonaws.com`): decides whether the target's resource policy (or, with `roleArn`, the role's) lets it in. */
  from: { service: string; arn: string; roleArn?: string };
  /** The message: the event's JSON for a function, the body for a queue, the message for a topic. */
  body: string;
  subject?: string;
  attributes?: Record<string, MessageAttribute>;
  /** X-Ray's trace header, carried along. */
  traceHeader?: string;
};

/** Resolves once the target has taken the delivery (for a function: once its event is queued); throws AwsError where it refuses. */
export type Deliver = (delivery: Delivery) => Promise<void>;
