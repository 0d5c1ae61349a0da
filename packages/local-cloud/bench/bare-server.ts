// The least that a client takes for S3, SQS and Lambda: it reads each request to its end and answers, and keeps nothing but the bodies of
// messages. What the local cloud takes longer than this is its own work; the rest is the client's and Node's.
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Message = { MessageId: string; Body: string; MD5OfBody: string; ReceiptHandle: string };

const messages: Message[] = [];

const actions: Readonly<Record<string, (input: { MessageBody?: string }) => object>> = {
  SendMessage: ({ MessageBody: Body = '' }) => {
    const MessageId = randomUUID();
    const MD5OfBody = createHash('md5').update(Body).digest('hex');
    messages.push({ MessageId, Body, MD5OfBody, ReceiptHandle: MessageId });
    return { MessageId, MD5OfMessageBody: MD5OfBody };
  },
  ReceiveMessage: () => ({ Messages: messages.splice(0, 10) }),
  DeleteMessage: () => ({}),
};

const server = createServer({ keepAliveTimeout: 0 }, (incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const target = incoming.headers['x-amz-target'];
    if (typeof target !== 'string') {
      outgoing.setHeader('etag', '"0"').end(incoming.method === 'POST' ? '{"ownMs":0}' : '');
      return;
    }
    const action = actions[target.split('.').at(-1) ?? ''];
    const input = JSON.parse(Buffer.concat(chunks).toString()) as { MessageBody?: string };
    outgoing.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(action?.(input) ?? {}));
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ type: 'ready', endpoint: `http://127.0.0.1:${String(port)}` });
});
process.once('SIGTERM', () => process.exit(0));
