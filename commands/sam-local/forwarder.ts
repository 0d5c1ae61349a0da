import { createServer, connect, type AddressInfo, type Server } from 'node:net';

export type Forwarder = { port: number; close: () => Promise<void> };

/**
 * Forwards connections from an address that containers reach to a port of the loopback interface, byte for byte. It listens on the same
 * port if that is free (then an image that names it can be used again), else on any. Undefined where this machine has no such address:
 * Docker runs in a machine of its own there, and forwards from host.docker.internal to loopback by itself.
 */
export async function forward(address: string, toPort: number): Promise<Forwarder | undefined> {
  const open = new Set<{ destroy: () => void }>();
  const server = createServer((from) => {
    const to = connect(toPort, '127.0.0.1');
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    from.pipe(to).pipe(from);
  });
  const refused = (await listen(server, toPort, address)) && (await listen(server, 0, address));
  if (refused?.code === 'EADDRNOTAVAIL') return undefined;
  if (refused !== undefined) throw refused;
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** Undefined once it listens, else why it cannot. */
function listen(server: Server, port: number, address: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen(port, address, () => {
      server.off('error', resolve);
      resolve(undefined);
    });
  });
}
