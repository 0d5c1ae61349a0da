import { join } from 'node:path';
import shared from '../../jest.config.js';

const rootDir = join(import.meta.dirname, '..', '..');

const { displayName: _, testMatch: __, ...common } = shared.projects[0];

/** Releases of the whole application that are rolled back: minutes each, so `npm test` does without them. */
export default {
  rootDir,
  testTimeout: 1_200_000,
  maxWorkers: 1,
  // The cases mostly wait: for traffic to shift, and for the last invocation of a version.
  maxConcurrency: 2,
  verbose: true,
  projects: [
    {
      ...common,
      rootDir,
      displayName: 'rollback',
      testMatch: ['<rootDir>/tests/rollback/*.test.ts'],
      setupFiles: ['<rootDir>/tests/support/open-libvips.ts'],
    },
  ],
};
