import { createServer, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Check } from '../check-sam/tally.ts';
import type { DeployedFunction } from '../sam-local/variables.ts';
import type { ClientConfig } from '../shared/target.ts';
import { startCommand, type Ended } from './command.ts';
import { eventsOf } from './functions.ts';
import { outcomeOf } from './outcome.ts';

type Place = {
  functions: readonly DeployedFunction[];
  repository: string;
  client: ClientConfig;
  samLocal: readonly string[];
};

const START_MS = 60_000;

/** Every event of every function, by `sam local start-lambda`: it must end there as it ends in the local cloud. */
export async function checkAllEvents(check: Check, { functions, repository, client, samLocal }: Place): Promise<void> {
  const port = await freePort();
  const started = startCommand('sam-local', [
    ...samLocal,
    ...['start-lambda', '--port', String(port), '--warm-containers', 'LAZY'],
  ]);
  const inContainer = new LambdaClient({ ...client, endpoint: `http://127.0.0.1:${String(port)}`, maxAttempts: 1 });
  const inCloud = new LambdaClient(client);
  try {
    const answers = await check('npm run sam-local -- start-lambda answers', () => untilItListens(port, started.ended));
    if (!answers) return;
    for (const { path, logicalId, name } of functions) {
      for (const event of eventsOf(repository, logicalId)) {
        await check(`${path} ends with ${event.path} as it does in the local cloud`, async () => {
          const expected = await outcomeOf(inCloud, name, event.json);
          const found = await outcomeOf(inContainer, path, event.json);
          if (found !== expected) throw new Error(`It ${found} in the container, and ${expected} in the local cloud.`);
        });
      }
    }
  } finally {
    started.child.kill('SIGINT');
    await started.ended;
  }
}

async function untilItListens(port: number, ended: Promise<Ended>): Promise<void> {
  const deadline = Date.now() + START_MS;
  let end: Ended | undefined;
  void ended.then((how) => (end = how));
  for (;;) {
    // It answers 403 or 404 there; that it answers is all.
    const answers = await fetch(`http://127.0.0.1:${String(port)}/`).then(
      () => true,
      () => false,
    );
    if (answers) return;
    if (end !== undefined) throw new Error(`It ended with code ${String(end.code)}:\n${end.all}`);
    if (Date.now() > deadline) throw new Error(`It does not answer within ${String(START_MS / 1000)} s.`);
    await setTimeout(200);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
