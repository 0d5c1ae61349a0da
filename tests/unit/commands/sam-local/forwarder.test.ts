import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { forward } from '../../../../commands/sam-local/forwarder.ts';

let hosts: (string | undefined)[];
let port: number;
const server = createServer((request: IncomingMessage, response) => {
  hosts.push(request.headers.host);
  request.pipe(response);
});
beforeEach(async () => {
  hosts = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

// On Linux the whole of 127.0.0.0/8 is this machine's, so one of it can play Docker's bridge.
const bridge = '127.0.0.77';
const linux = process.platform === 'linux' ? test : test.skip;

linux(
  'what a container sends to the bridge comes to the same port of the loopback interface, byte for byte',
  async () => {
    const forwarder = await forward(bridge, port);
    expect(forwarder?.port).toBe(port);
    const body = Buffer.alloc(3_000_000, 'bytes');
    const answer = await fetch(`http://${bridge}:${String(port)}/`, { method: 'POST', body });
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
    expect(hosts).toEqual([`${bridge}:${String(port)}`]);
    await forwarder?.close();
  },
);

linux('a second one beside it takes another port', async () => {
  const first = await forward(bridge, port);
  const second = await forward(bridge, port);
  expect(second?.port).not.toBe(port);
  expect((await fetch(`http://${bridge}:${String(second?.port)}/`)).status).toBe(200);
  await second?.close();
  await first?.close();
});

test('an address that this machine does not have: none, since Docker Desktop forwards by itself', async () => {
  expect(await forward('192.0.2.1', port)).toBeUndefined();
});
