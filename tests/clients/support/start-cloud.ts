import { join } from 'node:path';
import { startLocalCloud, type RunningCloud } from '../../support/local-cloud.ts';

/** A local cloud with the stack of `template.yaml`. */
export function startCloud(): Promise<RunningCloud> {
  return startLocalCloud({ template: join(import.meta.dirname, '..', 'template.yaml') });
}
