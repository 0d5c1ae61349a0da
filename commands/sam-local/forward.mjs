// Runs in a function's container before its handler (NODE_OPTIONS; see image.ts): gives the container's loopback interface the ports that
// the local cloud has on the machine's. So the function reads the very URLs that it reads in `npm start`, and says the very Host: a
// signature that covers it holds, and no other name has to be let in.
import { connect, createServer } from 'node:net';

// 4566=172.17.0.1:4566, one after another. What the function starts must not do this again.
const ways = (process.env.SAM_LOCAL_FORWARD ?? '').split(',').filter(Boolean);
delete process.env.SAM_LOCAL_FORWARD;
delete process.env.NODE_OPTIONS;

for (const way of ways) {
  const [, port, host, hostPort] = /^(\d+)=(.+):(\d+)$/.exec(way) ?? [];
  const server = createServer((from) => {
    const to = connect(Number(hostPort), host);
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
    to.on('error', () => from.destroy()).on('close', () => from.destroy());
    from.pipe(to).pipe(from);
  });
  server.unref();
  await new Promise((resolve) => {
    // Somebody has the port already: a worker thread reads this file too.
    server.on('error', resolve).listen(Number(port), '127.0.0.1', resolve);
  });
}
