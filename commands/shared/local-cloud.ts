import { createRequire } from 'node:module';

/** The local cloud's command: a script for Node 24. It is found by the package's name, wherever npm has put that. */
export const localCloudBin: string = createRequire(import.meta.filename).resolve('local-cloud/bin');
