/** The local cloud in a process of the caller's own. Most users want the command line instead: `npx local-cloud --help`. */
export { createCloud, type Cloud, type CloudOptions } from './cloud.ts';
export type { CloudEvent, Observe } from './core/cloud-event.ts';
export type { Undocumented } from './core/undocumented.ts';
