// Which imports are errors: circles, type-only imports included, in the whole repository, and those against the direction of
// packages/local-cloud. `npm run lint` runs it; what the folders of the application may import, eslint.config.js says.

const src = '^packages/local-cloud/src/';

/** From the inside to the outside: each layer imports itself and the layers before it. */
const layers = [
  ['core'],
  ['matching'],
  ['permissions'],
  ['delivery'],
  ['runtime'],
  ['wire'],
  ['template', 'builder'],
  ['services'],
  ['stacks'],
  ['chaos'],
  ['control'],
  ['watch'],
  ['cloud.ts'],
  ['cli', 'testing', 'index.ts'],
].map(
  (names) =>
    `${src}(${names.map((name) => (name.endsWith('.ts') ? `${name.replace('.', '\\.')}$` : `${name}/`)).join('|')})`,
);

const outward = layers.slice(0, -1).map((layer, index) => ({
  name: 'imports-point-inward',
  comment:
    'A layer of the local cloud imports itself and the layers before it; their order is in .dependency-cruiser.mjs.',
  severity: 'error',
  from: { path: layer },
  to: { path: layers.slice(index + 1) },
}));

export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Move the type or function that both files need to a file of its own, for example api/types.ts.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-service-imports-another',
      comment: 'A service receives what it needs of another as a function, from cloud.ts.',
      severity: 'error',
      from: { path: `${src}services/([^/]+)/` },
      to: { path: `${src}services/`, pathNot: `${src}services/$1/` },
    },
    {
      name: 'local-cloud-is-a-package-of-its-own',
      comment: 'The local cloud knows nothing of the application that it runs.',
      severity: 'error',
      from: { path: '^packages/local-cloud/' },
      to: { path: '^(bench|commands|functions|layers|tests|web)/' },
    },
    ...outward,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist|\\.aws-sam|\\.local)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@local-cloud/source', 'import', 'types', 'default'],
    },
  },
};
