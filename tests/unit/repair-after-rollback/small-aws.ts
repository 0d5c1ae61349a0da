import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What one service is asked: CodeDeploy by operation, the others by path. */
type Answers = Readonly<Record<string, object>>;

/**
 * As much of CodeDeploy, Lambda and SNS as our functions ask: `answers` by the operation (`GetDeployment`) or by the path (`/2015-03-31/…`).
 * CodeDeploy refuses what is not among them. What is published on SNS, and what CodeDeploy is told of hooks, is kept.
 */
export async function smallAws(answers: Answers) {
  const published: string[] = [];
  const told: unknown[] = [];

  function answer(operation: string | undefined, path: string, body: string): { status: number; body: string } {
    const known = answers[operation ?? path];
    if (known !== undefined) return { status: 200, body: JSON.stringify(known) };
    if (operation === 'PutLifecycleEventHookExecutionStatus') {
      told.push(JSON.parse(body));
      return { status: 200, body: '{}' };
    }
    if (operation === undefined && body.startsWith('Action=Publish&')) {
      published.push(new URLSearchParams(body).get('Message') ?? '');
      return {
        status: 200,
        body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
      };
    }
    return { status: 400, body: '{"__type":"DeploymentDoesNotExistException","message":"no such deployment"}' };
  }

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const operation = request.headers['x-amz-target']?.toString().split('.')[1];
      const answered = answer(operation, request.url ?? '', body);
      response.writeHead(answered.status, { 'content-type': 'application/x-amz-json-1.1' }).end(answered.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    published,
    told,
    end: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
