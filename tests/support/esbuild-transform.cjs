// Jest's transformer: TypeScript (and the few packages that are ESM only) to CommonJS by esbuild, the bundler that also builds
// the functions. Jest runs CommonJS, which has no `import.meta`; the two members we use are given their CommonJS twins. Pictures that
// travel in a bundle are loaded as template.yaml has esbuild load them.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { transformSync, version } = require('esbuild');

const self = readFileSync(__filename);
const isPicture = (path) => /\.(avif|gif|heic|jpg|png|webp)$/.test(path);
// Jest reads all files as text, of which a picture loses most.
const contentOf = (source, path) => (isPicture(path) ? readFileSync(path) : source);

module.exports = {
  getCacheKey: (source, path) =>
    createHash('sha256')
      .update(self)
      .update(version)
      .update(path)
      .update('\0')
      .update(contentOf(source, path))
      .digest('hex'),
  process: (source, path) =>
    transformSync(contentOf(source, path), {
      loader: isPicture(path) ? 'binary' : path.endsWith('.ts') ? 'ts' : 'js',
      platform: 'node',
      format: 'cjs',
      target: 'node24',
      sourcemap: 'inline',
      sourcefile: path,
      define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    }),
};
