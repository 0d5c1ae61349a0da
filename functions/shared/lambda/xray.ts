import AWSXRay from 'aws-xray-sdk-core';

// An invocation without a trace is not an error, and not worth a log line per request.
AWSXRay.setContextMissingStrategy('IGNORE_ERROR');

// The SDK enters the segment that Lambda has begun in whatever asynchronous context loads it: for us, that of the first traced
// invocation. Taken here and entered anew for every piece of work, it does not depend on what becomes of that context.
const lambdaSegment = AWSXRay.getSegment();

export type XRay = {
  /** Runs `work` in a subsegment. Calls through captured clients become subsegments of it. */
  inSubsegment: <T>(name: string, annotations: Readonly<Record<string, string>>, work: () => Promise<T>) => Promise<T>;
  capture: (client: Client) => void;
};

/** Any client of the AWS SDK, version 3. */
export type Client = Parameters<typeof AWSXRay.captureAWSv3Client>[0];

export const xray: XRay = {
  inSubsegment: async (name, annotations, work) => {
    if (lambdaSegment === undefined) return work();
    return AWSXRay.getNamespace().runAndReturn(() => {
      AWSXRay.setSegment(lambdaSegment);
      return AWSXRay.captureAsyncFunc(name, async (subsegment) => {
        for (const [annotation, value] of Object.entries(annotations)) subsegment?.addAnnotation(annotation, value);
        try {
          const result = await work();
          subsegment?.close();
          return result;
        } catch (error) {
          subsegment?.close(error instanceof Error ? error : String(error));
          throw error;
        }
      });
    });
  },
  capture: (client) => void AWSXRay.captureAWSv3Client(client),
};
