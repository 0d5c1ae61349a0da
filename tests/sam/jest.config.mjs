import { join } from 'node:path';
import shared from '../../jest.config.js';

const rootDir = join(import.meta.dirname, '..', '..');

const { displayName: _, testMatch: __, ...common } = shared.projects[0];

/** What SAM's own transform, a Python program, makes of templates. `npm run check:sam` brings it; `npm test` does without. */
export default {
  rootDir,
  testTimeout: 180_000,
  verbose: true,
  projects: [{ ...common, rootDir, displayName: 'sam', testMatch: ['<rootDir>/tests/sam/*.test.ts'] }],
};
