import { availableParallelism } from 'node:os';

/** What a project of this package's tests has in common with the others. */
export const common = {
  rootDir: import.meta.dirname,
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testEnvironment: 'node',
  transform: { '\\.(ts|mjs|js)$': '<rootDir>/tests/support/esbuild-transform.cjs' },
  // Published as ES modules only, so they pass through the transformer as our own files do.
  transformIgnorePatterns: ['/node_modules/(?!(croner|jose)/)'],
  testPathIgnorePatterns: ['<rootDir>/tests/package/'],
};

export default {
  ...common,
  displayName: 'local-cloud',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  testTimeout: 120_000,
  // Many tests wait for a process or a cloud, so that two suites at a time pay off even on two processors.
  maxWorkers: Math.max(2, availableParallelism() - 1),
};
