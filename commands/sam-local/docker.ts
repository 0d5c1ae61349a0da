import { output } from '../check-sam/output.ts';
import { UsageError } from '../shared/target.ts';

/** What Docker's command line prints. Throws an Error with all that it wrote where it fails. */
export async function docker(...args: string[]): Promise<string> {
  return (await output('docker', args, {})).trim();
}

/** Throws UsageError where no Docker daemon answers: what DOCKER_HOST names, or the machine's own. */
export async function requireDocker(): Promise<void> {
  try {
    await docker('version', '--format', '{{.Server.Version}}');
  } catch (cause) {
    throw new UsageError(
      `The SAM CLI runs functions in Docker, and no Docker daemon answers: ${cause instanceof Error ? cause.message : String(cause)}\n` +
        'Install and start Docker (on Debian and Ubuntu: apt-get install docker.io), then run the command again. "npm start" needs none.',
      { cause },
    );
  }
}

/** The address of this machine that containers reach: that of Docker's bridge, where Docker runs on this machine itself. */
export async function bridgeAddress(): Promise<string> {
  const ipam = await docker('network', 'inspect', 'bridge', '--format', '{{json .IPAM.Config}}');
  const [{ Gateway: gateway, Subnet: subnet = '' } = {}] = JSON.parse(ipam) as { Gateway?: string; Subnet?: string }[];
  // A daemon that has just been started names no gateway. It is the subnet's first address.
  return gateway ?? subnet.replace(/\.\d+\/\d+$/, '.1');
}
