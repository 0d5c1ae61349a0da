import { join } from 'node:path';
import shared from '../../jest.config.js';

const rootDir = join(import.meta.dirname, '..', '..');

const { displayName: _, testMatch: __, ...common } = shared.projects[0];

/** Programs that are not ours, each in its own words: they must be on the machine, so `npm test` does without them. */
export default {
  rootDir,
  testTimeout: 180_000,
  maxWorkers: 1,
  verbose: true,
  projects: [
    { ...common, rootDir, displayName: 'aws-cli', testMatch: ['<rootDir>/tests/clients/aws-cli/*.test.ts'] },
    { ...common, rootDir, displayName: 'browser', testMatch: ['<rootDir>/tests/clients/browser/*.test.ts'] },
    {
      ...common,
      rootDir,
      displayName: 'gallery',
      testMatch: ['<rootDir>/tests/browser/*.test.ts'],
      setupFiles: ['<rootDir>/tests/support/open-libvips.ts'],
      globalSetup: '<rootDir>/tests/browser/support/boot.ts',
      globalTeardown: '<rootDir>/tests/browser/support/shut-down.ts',
    },
  ],
};
