import { createServer } from 'node:http';

export type PageServer = {
  /** Which the bucket's rules allow, … */
  allowed: string;
  /** … and another name of the same page, which they do not. */
  forbidden: string;
  close: () => Promise<void>;
};

/** Serves an empty page on a loopback port of its own: to the cloud's buckets it is a page from elsewhere. */
export async function servePage(): Promise<PageServer> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end('<!doctype html><title>elsewhere</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  return {
    allowed: `http://127.0.0.1:${port}`,
    forbidden: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
