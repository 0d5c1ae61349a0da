import { createServer, type RequestListener, type Server } from 'node:http';

/** One port of the loopback interface, of both protocols where the machine has both. */
export type Listener = { port: number; close: () => Promise<void> };

export class PortInUseError extends Error {
  override name = 'PortInUseError';
}

/** API Gateway answers what is too large itself; beyond this, Node does. */
const LARGEST_HEAD = 64 * 1024;
/** An IPv4 port that the system chose may be taken on IPv6. */
const TRIES = 10;

/** Listens on 127.0.0.1 and [::1]; `port` 0: any free port. Rejects with PortInUseError. */
export async function listenOnLoopback(port: number, handle: RequestListener): Promise<Listener> {
  for (let tries = 1; ; tries += 1) {
    const v4 = createServer({ maxHeaderSize: LARGEST_HEAD, keepAliveTimeout: 0 }, handle);
    const chosen = await listen(v4, '127.0.0.1', port);
    const v6 = createServer({ maxHeaderSize: LARGEST_HEAD, keepAliveTimeout: 0 }, handle);
    try {
      await listen(v6, '::1', chosen);
      return { port: chosen, close: () => closeAll([v4, v6]) };
    } catch (error) {
      if (hasNoIpv6(error)) return { port: chosen, close: () => closeAll([v4]) };
      await closeAll([v4]);
      if (port !== 0 || tries === TRIES) throw error;
    }
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isBusy = cause.code === 'EADDRINUSE';
      reject(isBusy ? new PortInUseError(`Port ${String(port)} on ${host} is in use.`, { cause }) : cause);
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function hasNoIpv6(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}
