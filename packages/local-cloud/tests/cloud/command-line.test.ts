import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { untilPassing } from '../support/until-passing.ts';

const bin = join(import.meta.dirname, '..', '..', 'bin', 'local-cloud.mjs');
const orders = join(import.meta.dirname, 'orders', 'template.yaml');

let folder: string;
const children: Running[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-line-'));
});
afterEach(async () => {
  for (const running of children.splice(0)) {
    running.child.kill('SIGKILL');
    await running.ended;
  }
  await rm(folder, { recursive: true, force: true });
});

type Ready = { type: string; endpoint: string; outputs: Record<string, string> };
type Running = {
  child: ChildProcess;
  /** All that it has printed so far. */
  printed: () => string;
  /** The message to the parent process; rejects if the process ends before. */
  ready: Promise<Ready>;
  /** The exit code. */
  ended: Promise<number | null>;
};

function start(...args: string[]): Running {
  const child = spawn(process.execPath, [bin, 'start', '--state', join(folder, 'state'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: folder,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  // Not `close`: that does not come where the parent has hung up.
  const ended = Promise.all([
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
    ...[child.stdout, child.stderr].map((stream) => new Promise((resolve) => stream?.once('end', resolve))),
  ]).then(([code]) => code);
  const ready = new Promise<Ready>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Ready));
    void ended.then((code) => reject(new Error(`ended with ${String(code)}:\n${printed}`)));
  });
  // Those that are to fail are not waited for.
  ready.catch(() => undefined);
  const running = { child, printed: () => printed, ready, ended };
  children.push(running);
  return running;
}

/** Starts what is to fail; gives its exit code and what it said. */
async function fails(...args: string[]): Promise<{ code: number | null; said: string }> {
  const running = start(...args);
  const code = await running.ended;
  return { code, said: running.printed() };
}

const client = (endpoint: string): SQSClient =>
  new SQSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });

describe('local-cloud start', () => {
  test('prints what its parent says around the summary, and what happened meanwhile after it', async () => {
    const running = start('--template', orders, '--stack-name', 'orders', '--port', '0', '--ask-parent', '--verbose');
    await running.ready;
    expect(running.printed()).toBe('');
    running.child.send({ type: 'words', before: ['first of all'], after: ['at last'] });
    await untilPassing(() => expect(running.printed()).toContain('at last'));
    await untilPassing(() => expect(running.printed()).toContain('Accepted without effect: '));
    const order = ['first of all', 'orders runs on this machine', 'at last', 'Accepted without effect: '];
    const places = order.map((text) => running.printed().indexOf(text));
    expect(places[0]).toBe(0);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
  });

  test('counts the properties that are accepted without effect', async () => {
    const running = start('--template', orders, '--stack-name', 'orders', '--port', '0', '--keep-warm', 'Nobody');
    await running.ready;
    expect(running.printed()).toMatch(/ accepted without effect; --verbose lists (it|them)\.$/m);
    expect(running.printed()).not.toContain('Accepted without effect: ');
    await untilPassing(() =>
      expect(running.printed()).toContain('Nobody is to be kept warm, and is no function here.'),
    );
  });

  test('says where it is and what it has made, tells its parent, and ends on SIGTERM', async () => {
    const running = start('--template', orders, '--stack-name', 'orders', '--port', '0');
    const { type, endpoint, outputs } = await running.ready;
    expect(type).toBe('ready');
    expect(outputs['OrdersTopicArn']).toMatch(/^arn:aws:sns:us-east-1:000000000000:orders-OrdersTopic-/);
    expect(running.printed()).toContain(endpoint);
    expect(running.printed()).toContain(outputs['OrdersTableName']);
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  test('ends when its parent is gone', async () => {
    const running = start('--template', orders, '--port', '0');
    await running.ready;
    running.child.disconnect();
    expect(await running.ended).toBe(0);
  });

  test('keeps what was there for the next start, and forgets it with --reset', async () => {
    const first = start('--template', orders, '--port', '0');
    const { endpoint } = await first.ready;
    await client(endpoint).send(new CreateQueueCommand({ QueueName: 'mine' }));
    first.child.kill('SIGTERM');
    await first.ended;

    const names = async (...args: string[]): Promise<string[]> => {
      const running = start('--template', orders, '--port', '0', ...args);
      const { QueueUrls: urls = [] } = await client((await running.ready).endpoint).send(new ListQueuesCommand({}));
      running.child.kill('SIGTERM');
      await running.ended;
      return urls.map((url) => url.split('/').at(-1) ?? '');
    };
    expect(await names()).toContain('mine');
    expect(await names('--reset')).not.toContain('mine');
  });

  test('refuses a folder that another cloud uses', async () => {
    const first = start('--template', orders, '--port', '0');
    await first.ready;
    const { code, said } = await fails('--template', orders, '--port', '0');
    expect(code).toBe(1);
    expect(said).toContain(`is in use by another local cloud (process ${String(first.child.pid)})`);
  });
});

describe('what is wrong is said in a few lines, with exit code 1', () => {
  const write = async (template: string, handler = 'export const handler = () => 1;\n'): Promise<string> => {
    await mkdir(join(folder, 'fn'));
    await writeFile(join(folder, 'fn', 'handler.ts'), handler);
    await writeFile(join(folder, 'template.yaml'), template);
    return 'template.yaml';
  };
  const fn = `Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [handler.ts] } }
    Properties: { CodeUri: fn/, Handler: handler.handler, Runtime: nodejs24.x, Role: !GetAtt Role.Arn }
  Role:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Action: sts:AssumeRole, Principal: { Service: sns.amazonaws.com } }] } }
`;

  test('a port in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, said } = await fails('--template', orders, '--port', String(port));
    server.close();
    expect(code).toBe(1);
    expect(said).toContain(`Port ${String(port)} on 127.0.0.1 is in use`);
    expect(said.trim().split('\n')).toHaveLength(1);
  });

  test('a template that does not exist', async () => {
    const { code, said } = await fails('--template', 'missing.yaml', '--port', '0');
    expect(code).toBe(1);
    expect(said).toContain('missing.yaml cannot be read');
  });

  test('a template that is broken', async () => {
    const { code, said } = await fails('--template', await write(`${fn}  Fn: {`), '--port', '0');
    expect(code).toBe(1);
    expect(said).toMatch(/^template\.yaml:\d+:\d+: /);
    expect(said).not.toContain('    at ');
  });

  test('a property that is not implemented', async () => {
    const template = fn.replace('Role: !GetAtt', 'FunctionUrlConfig: { AuthType: NONE }, Role: !GetAtt');
    const { code, said } = await fails('--template', await write(template), '--port', '0');
    expect(code).toBe(1);
    expect(said).toContain(
      'FunctionUrlConfig: the local cloud does not implement this property of AWS::Serverless::Function.',
    );
  });

  test('code that cannot be built', async () => {
    const { code, said } = await fails('--template', await write(fn, 'export const handler = (;\n'), '--port', '0');
    expect(code).toBe(1);
    expect(said).toContain('Fn could not be built');
    expect(said).toContain('handler.ts:1:24');
    expect(said).not.toContain('    at ');
  });

  test('a resource that cannot be made; what was made is taken back', async () => {
    const { code, said } = await fails('--template', await write(fn), '--port', '0');
    expect(code).toBe(1);
    expect(said).toContain(
      'could not be deployed, and was rolled back:\nFn (AWS::Lambda::Function): The role defined for the function cannot be assumed by Lambda',
    );
    expect(said).not.toContain('    at ');
  });

  test('a wrong option', async () => {
    const { code, said } = await fails('--prot', '1');
    expect(code).toBe(1);
    expect(said).toContain("Unknown option '--prot'");
  });
});
