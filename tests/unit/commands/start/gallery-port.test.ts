import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { checkGalleryPort } from '../../../../commands/start/gallery-port.ts';

test("a port that is in use is refused with what to do, on either of localhost's addresses", async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const { port } = server.address() as AddressInfo;
    await expect(checkGalleryPort(String(port))).rejects.toThrow(
      `Port ${String(port)} on localhost is in use, so the gallery cannot be served there. Stop the program that uses it, or choose another port: npm start -- --gallery-port ${String(port + 1)}`,
    );
    await new Promise((resolve) => server.close(resolve));
    await checkGalleryPort(String(port));
  }
});

test('any free port is taken, and what is no port is refused', async () => {
  await checkGalleryPort('0');
  for (const text of ['many', '', '-1', '70000']) {
    await expect(checkGalleryPort(text)).rejects.toThrow('--gallery-port cannot be');
  }
});
