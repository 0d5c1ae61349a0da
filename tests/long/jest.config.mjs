import { join } from 'node:path';
import shared from '../../jest.config.js';

const rootDir = join(import.meta.dirname, '..', '..');

const { displayName: _, testMatch: __, ...common } = shared.projects[0];

/** What takes long and rarely breaks: whole clouds under load and harm, and many more random schedules than `npm test` plays. */
export default {
  rootDir,
  testTimeout: 600_000,
  maxWorkers: 1,
  verbose: true,
  projects: [
    {
      ...common,
      rootDir,
      displayName: 'clouds',
      testMatch: ['<rootDir>/tests/long/*.test.ts'],
      setupFiles: ['<rootDir>/tests/support/open-libvips.ts'],
    },
    {
      ...common,
      rootDir,
      displayName: 'schedules',
      testMatch: ['<rootDir>/tests/unit/*/protocol.test.ts'],
      setupFiles: ['<rootDir>/tests/long/many-schedules.mjs'],
    },
  ],
};
