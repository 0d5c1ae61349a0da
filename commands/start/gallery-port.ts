import { createServer } from 'node:net';
import { UsageError } from '../shared/target.ts';

/** Throws UsageError if the gallery cannot be served at this port, before anything is started; 0 is any free port. */
export async function checkGalleryPort(text: string): Promise<void> {
  const port = Number(text);
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`--gallery-port cannot be ${JSON.stringify(text)}: it takes a whole number from 0 to 65535.`);
  }
  if (port === 0) return;
  for (const host of ['127.0.0.1', '::1']) {
    if (!(await isBusy(port, host))) continue;
    const other = port === 65_535 ? port - 1 : port + 1;
    throw new UsageError(
      `Port ${text} on localhost is in use, so the gallery cannot be served there. Stop the program that uses it, or choose another port: npm start -- --gallery-port ${String(other)}`,
    );
  }
}

function isBusy(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 has no busy port there.
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRINUSE');
    });
    server.listen(port, host, () => {
      server.close(() => {
        resolve(false);
      });
    });
  });
}
