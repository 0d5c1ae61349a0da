import { AwsError } from '../../core/aws-error.ts';
import type { Delivery, MessageAttribute } from '../../core/delivery.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { qualifiedArn } from './arns.ts';
import type { QueuedEvent } from './queued-event.ts';
import type { FunctionConfiguration } from './configuration.ts';
import { messageOf, type Answer } from './invoke.ts';

/** Why Lambda is done with an asynchronous event. */
export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

export type Finished = {
  event: QueuedEvent;
  configuration: FunctionConfiguration;
  condition: Condition;
  /** Of the last attempt; absent where there was none. */
  answer?: Answer;
};

/** The invocation record that a destination receives, as AWS documents it. */
export function invocationRecord({ event, configuration, condition, answer }: Finished, now: Date): object {
  const { qualifier = '$LATEST' } = event.target;
  return {
    version: '1.0',
    timestamp: now.toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: qualifiedArn(configuration.functionArn, qualifier),
      condition,
      approximateInvokeCount: event.invokeCount,
    },
    requestPayload: JSON.parse(event.payload) as unknown,
    ...(answer && {
      responseContext: {
        statusCode: 200,
        executedVersion: answer.executedVersion,
        ...(answer.outcome !== 'succeeded' && { functionError: 'Unhandled' }),
      },
      responsePayload: JSON.parse(answer.payload) as unknown,
    }),
  };
}

/** What a dead letter of Lambda carries beside the event itself. */
export function deadLetterAttributes({ event, answer }: Finished): Record<string, MessageAttribute> {
  return {
    RequestID: { dataType: 'String', stringValue: event.requestId },
    ErrorCode: { dataType: 'Number', stringValue: answer === undefined ? '429' : '200' },
    ErrorMessage: {
      dataType: 'String',
      stringValue: answer === undefined ? 'Rate Exceeded.' : errorMessage(answer.payload).slice(0, 1024),
    },
  };
}

function errorMessage(payload: string): string {
  const { errorMessage: text } = JSON.parse(payload) as { errorMessage?: unknown };
  return typeof text === 'string' && text !== '' ? text : messageOf(payload);
}

/** Hands a finished event to its destination and its dead-letter queue. What cannot be delivered is lost, as on AWS, and told. */
export function createDestinations(context: Pick<ServiceContext, 'clock' | 'deliver' | 'observe'>) {
  /** Resolves with whether it was delivered. */
  async function hand(finished: Finished, delivery: Omit<Delivery, 'from'>, failed: boolean): Promise<boolean> {
    const { configuration, answer, condition } = finished;
    const { functionArn: arn, functionName, roleArn } = configuration;
    const reason = answer === undefined ? condition : messageOf(answer.payload);
    try {
      await context.deliver({ ...delivery, from: { service: 'lambda.amazonaws.com', arn, roleArn } });
      if (failed) context.observe({ type: 'dead-lettered', from: functionName, to: delivery.to, reason });
      return true;
    } catch (error) {
      const why = error instanceof AwsError ? `${error.code}: ${error.message}` : String(error);
      context.observe({ type: 'event-dropped', from: functionName, to: delivery.to, reason: `${reason}; then ${why}` });
      return false;
    }
  }

  function ended({ event, configuration, condition }: Finished, undelivered: number): void {
    const { qualifier } = event.target;
    context.observe({
      type: 'asynchronous-event-ended',
      functionName: configuration.functionName,
      ...(qualifier !== undefined && { qualifier }),
      dropped: condition !== 'Success',
      undelivered,
    });
  }

  return async (finished: Finished, { onSuccess, onFailure }: { onSuccess?: string; onFailure?: string }) => {
    const { event, configuration, condition } = finished;
    const trace = event.traceHeader !== undefined && { traceHeader: event.traceHeader };
    const record = (): string => JSON.stringify(invocationRecord(finished, context.clock.now()));
    if (condition === 'Success') {
      const delivered =
        onSuccess === undefined || (await hand(finished, { to: onSuccess, body: record(), ...trace }, false));
      ended(finished, delivered ? 0 : 1);
      return;
    }
    const delivered =
      onFailure === undefined || (await hand(finished, { to: onFailure, body: record(), ...trace }, true));
    if (configuration.deadLetterArn !== undefined) {
      const attributes = deadLetterAttributes(finished);
      await hand(finished, { to: configuration.deadLetterArn, body: event.payload, attributes, ...trace }, true);
    }
    if (onFailure === undefined && configuration.deadLetterArn === undefined) {
      const { functionName } = configuration;
      const reason = finished.answer === undefined ? condition : messageOf(finished.answer.payload);
      context.observe({ type: 'event-dropped', from: functionName, to: 'nowhere', reason });
    }
    ended(finished, delivered ? 0 : 1);
  };
}
