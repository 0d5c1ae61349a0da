// Jest's transformer: TypeScript, and the packages that are ES modules only, to CommonJS. Jest runs CommonJS, which has no `import.meta`.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { transformSync, version } = require('esbuild');

const self = readFileSync(__filename);

module.exports = {
  getCacheKey: (source, path) =>
    createHash('sha256').update(self).update(version).update(path).update('\0').update(source).digest('hex'),
  process: (source, path) =>
    transformSync(source, {
      loader: path.endsWith('.ts') ? 'ts' : 'js',
      platform: 'node',
      format: 'cjs',
      target: 'node24',
      sourcemap: 'inline',
      sourcefile: path,
      define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    }),
};
