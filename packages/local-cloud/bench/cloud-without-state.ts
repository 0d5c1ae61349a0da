// The bench starts this as a process of its own: the command line always keeps state, this cloud does not.
import { createCloud } from '../src/cloud.ts';

async function main(template: string): Promise<void> {
  const cloud = await createCloud({ template, port: 0 });
  process.once('SIGTERM', () => {
    void cloud.stop().then(() => process.exit(0));
  });
  const outputs = await cloud.deploy();
  process.send?.({ type: 'ready', endpoint: cloud.endpoint, outputs });
}

void main(process.argv[2] ?? '');
