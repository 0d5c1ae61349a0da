import { Readable } from 'node:stream';

import { clientDefaults } from '../../../functions/shared/stores/client-defaults.ts';

/** What a client sent, as far as tests look at it. */
export type Sent = { method: string; path: string; query: string; headers: Record<string, string>; body: string };

/** An HTTP answer, or a failure of the network. */
export type Answer = { status?: number; headers?: Record<string, string>; body?: string | Uint8Array } | Error;

/**
 * Settings for a real AWS client that sends its requests to nobody: they are kept in `sent`, and answered in turn by `answers`
 * (the last of them again and again).
 */
export function answering(...answers: Answer[]) {
  const sent: Sent[] = [];
  return {
    sent,
    client: {
      ...clientDefaults,
      // A retry that waits for no one.
      maxAttempts: 2,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: {
        handle: async (request: Request) => {
          sent.push({
            method: request.method,
            path: request.path,
            query: new URLSearchParams(request.query).toString(),
            headers: request.headers,
            body: typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body),
          });
          const answer = answers[Math.min(sent.length, answers.length) - 1] ?? {};
          if (answer instanceof Error) throw answer;
          const { status = 200, headers = {}, body = '' } = answer;
          return { response: { statusCode: status, headers, body: Readable.from([Buffer.from(body)]) } };
        },
      },
    },
  };
}

type Request = {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
};
