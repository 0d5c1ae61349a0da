import { availableParallelism } from 'node:os';
import { common as localCloud } from './packages/local-cloud/jest.config.js';

const common = {
  // Copies of our packages lie there, as builds leave them.
  modulePathIgnorePatterns: ['<rootDir>/.local/', '<rootDir>/.aws-sam/', '<rootDir>/packages/local-cloud/dist/'],
  testEnvironment: 'node',
  // Our package is tested from its source, not from what was built last.
  testEnvironmentOptions: { customExportConditions: ['@local-cloud/source', 'node', 'node-addons'] },
  transform: { '\\.(ts|mjs|js|avif|gif|heic|jpg|png|webp)$': '<rootDir>/tests/support/esbuild-transform.cjs' },
  // Published as ES modules only, so they pass through the transformer as our own files do.
  transformIgnorePatterns: [
    '/node_modules/(?!(thumbhash|croner|jose|oauth4webapi|preact|@preact|string-width|strip-ansi|ansi-regex|get-east-asian-width)/)',
  ],
};

/** One project a kind of test, so that `npm test -- --selectProjects unit` runs one of them. */
export default {
  // Ends what would never end. It is no measure of speed: others may be using the machine, and what waits says first what it waits for.
  testTimeout: 120_000,
  // On two processors Jest would run one suite at a time, although many of ours wait: for processes, for a cloud, for a queue.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/tests/unit/**/*.test.ts'] },
    { ...common, displayName: 'template', testMatch: ['<rootDir>/tests/template/**/*.test.ts'] },
    { ...localCloud, displayName: 'local-cloud', testMatch: ['<rootDir>/tests/**/*.test.ts'] },
    {
      ...common,
      displayName: 'end-to-end',
      testMatch: ['<rootDir>/tests/end-to-end/**/*.test.ts'],
      setupFiles: ['<rootDir>/tests/support/open-libvips.ts'],
      globalSetup: '<rootDir>/tests/end-to-end/support/boot.ts',
      globalTeardown: '<rootDir>/tests/end-to-end/support/shut-down.ts',
    },
  ],
};
