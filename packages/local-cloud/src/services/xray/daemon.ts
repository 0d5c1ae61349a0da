import { createSocket } from 'node:dgram';

/** What X-Ray's SDK sends its segments to. */
export type XrayDaemon = {
  /** For `AWS_XRAY_DAEMON_ADDRESS`, e.g. `127.0.0.1:45678`. */
  address: string;
  /** The newest segments and subsegments, as JSON texts; at most a thousand. */
  segments: () => readonly string[];
  close: () => Promise<void>;
};

const kept = 1000;

/** The X-Ray daemon's UDP port, on any free port of the loopback interface. It keeps what it hears, and sends it nowhere. */
export async function startXrayDaemon(): Promise<XrayDaemon> {
  const segments: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message) => {
    // A header line (`{"format":"json","version":1}`), then the segment.
    const text = message.toString('utf8');
    segments.push(text.slice(text.indexOf('\n') + 1));
    if (segments.length > kept) segments.splice(0, segments.length - kept);
  });
  // What a client sends after we have gone is its affair, and UDP tells nobody.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
  const { port } = socket.address();
  return {
    address: `127.0.0.1:${String(port)}`,
    segments: () => segments,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
