import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const preloaded = join(import.meta.dirname, '../../../../commands/sam-local/forward.mjs');

test('a process in a container finds the local cloud at its own loopback address, and sees nothing of how', async () => {
  const hosts: (string | undefined)[] = [];
  const cloud = createServer((request, response) => {
    hosts.push(request.headers.host);
    response.end('from the local cloud');
  });
  await new Promise<void>((resolve) => cloud.listen(0, '127.0.0.1', resolve));
  const { port } = cloud.address() as AddressInfo;
  const free = await freePort();
  const script = `
    fetch('http://127.0.0.1:${String(free)}/')
      .then((answer) => answer.text())
      .then((text) => console.log(JSON.stringify([text, process.env.NODE_OPTIONS, process.env.SAM_LOCAL_FORWARD])))
      .then(() => process.exit());
  `;
  const env = {
    NODE_OPTIONS: `--import=${preloaded}`,
    SAM_LOCAL_FORWARD: `${String(free)}=127.0.0.1:${String(port)}`,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env });
  expect(JSON.parse(stdout)).toEqual(['from the local cloud', null, null]);
  // What is signed is the Host of the URL that the function was given.
  expect(hosts).toEqual([`127.0.0.1:${String(free)}`]);
  cloud.closeAllConnections();
  cloud.close();
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
