import { common } from '../../jest.config.js';

/** The package as npm packs it. Needs the npm registry. */
export default {
  ...common,
  testMatch: ['<rootDir>/tests/package/*.test.ts'],
  testPathIgnorePatterns: [],
  testTimeout: 300_000,
  verbose: true,
};
