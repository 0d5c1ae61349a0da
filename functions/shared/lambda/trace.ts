import { log } from './log.ts';
import type { Client, XRay } from './xray.ts';

// The only file that knows how traces are made: to change to OpenTelemetry, change it (and xray.ts).

const clients: Client[] = [];
let loading: Promise<XRay | undefined> | undefined;

/** Lets the requests of an AWS client show up in traces, once there are any. Returns it. */
export function traced<C extends Client>(client: C): C {
  clients.push(client);
  return client;
}

/** Runs `work` as a subsegment of the invocation's trace; where this invocation is not traced, just runs it. */
export async function inSubsegment<T>(
  name: string,
  annotations: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const xray = isTraced() ? await (loading ??= load()) : undefined;
  return xray ? xray.inSubsegment(name, annotations, work) : work();
}

/** Lambda sets both for every invocation; the header says whether this one is sampled. */
function isTraced({ _X_AMZN_TRACE_ID, AWS_XRAY_DAEMON_ADDRESS, AWS_XRAY_SDK_ENABLED } = process.env): boolean {
  return (
    AWS_XRAY_SDK_ENABLED?.toLowerCase() !== 'false' &&
    Boolean(AWS_XRAY_DAEMON_ADDRESS) &&
    _X_AMZN_TRACE_ID?.includes('Sampled=1') === true
  );
}

/** The SDK costs some 12 ms of CPU to load, so it is loaded by the first invocation that is traced. */
async function load(): Promise<XRay | undefined> {
  try {
    const { xray } = await import('./xray.ts');
    clients.forEach(xray.capture);
    return xray;
  } catch (error) {
    log.warn('traces are off: the X-Ray SDK cannot be loaded', { error });
    return undefined;
  }
}
