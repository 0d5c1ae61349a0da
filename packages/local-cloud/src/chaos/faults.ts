/** A transient error, as a service documents it. */
export type ServiceFault = { code: string; message: string; status: number };

export type Faults = {
  /** What the service says when it does not do what it was asked. */
  refusals: readonly ServiceFault[];
  /** What it says when it does not know how that ended. */
  lost: ServiceFault;
};

const fault = (status: number, code: string, message: string): ServiceFault => ({ status, code, message });

const s3Internal = fault(500, 'InternalError', 'We encountered an internal error. Please try again.');
const dynamodbInternal = fault(500, 'InternalServerError', 'Internal server error');
const lambdaInternal = fault(500, 'ServiceException', 'The Lambda service encountered an internal error.');
const snsInternal = fault(500, 'InternalError', 'An error or failure has occurred while processing the request.');
const commonInternal = fault(500, 'InternalFailure', 'The request processing has failed because of an internal error.');
const throttled = fault(400, 'ThrottlingException', 'Rate exceeded');
const unavailable = fault(
  503,
  'ServiceUnavailable',
  'The request has failed due to a temporary failure of the server.',
);

const byService: Readonly<Partial<Record<string, Faults>>> = {
  s3: { refusals: [s3Internal, fault(503, 'SlowDown', 'Please reduce your request rate.')], lost: s3Internal },
  dynamodb: {
    refusals: [
      dynamodbInternal,
      fault(
        400,
        'ProvisionedThroughputExceededException',
        'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
      ),
      fault(400, 'ThrottlingException', 'Rate of requests exceeds the allowed throughput.'),
    ],
    lost: dynamodbInternal,
  },
  sns: { refusals: [snsInternal, throttled], lost: snsInternal },
  lambda: {
    refusals: [lambdaInternal, fault(429, 'TooManyRequestsException', 'Rate Exceeded.')],
    lost: lambdaInternal,
  },
};

/** The errors that all of AWS's services have in common are those of a service that is not named here. */
export function faultsOf(signingName: string): Faults {
  return byService[signingName] ?? { refusals: [commonInternal, unavailable, throttled], lost: commonInternal };
}
