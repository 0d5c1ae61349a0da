import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** A command imports its own files, Node, the AWS SDK and a few packages; never functions/, the local cloud, tests or bench. */
const fromCommands = (but = '') =>
  String.raw`(?!.*(functions|local-cloud|tests|bench)/)${but}(\.{1,2}/|node:|@aws-sdk/|cli-progress$|esbuild$|fflate$|sharp$|smol-toml$|string-width$|yaml$)`;

/** Imports point inward (design: docs/architecture.md); each row says what a room may not reach. */
const rooms = [
  {
    files: ['functions/shared/images/**'],
    only: String.raw`(\./|node:crypto$)`,
    why: 'images is what we talk about: pure, it imports nothing but itself',
  },
  {
    files: ['functions/shared/bring-up-to-date/**'],
    except: ['functions/shared/bring-up-to-date/bind.ts'],
    only: String.raw`(\./|\.\./images/)`,
    why: 'the use case knows no SDK, no sharp, no environment and no clock: ask for a port',
  },
  {
    files: ['reconcile-images', 'repair-after-rollback', 'verify-after-traffic', 'verify-before-traffic'].map(
      (name) => `functions/${name}/**`,
    ),
    except: ['functions/*/handler.ts', 'functions/*/bind.ts'],
    only: String.raw`(\./|\.\./shared/((images|releases)/|(for-each|json)\.ts$))`,
    why: 'what such a function does knows no SDK, no environment and no clock: ask for a port',
  },
  {
    files: ['functions/shared/releases/**'],
    only: String.raw`(\./|\.\./images/)`,
    why: 'releases is what the hooks and the repair of a release share: pure, over images',
  },
  {
    files: ['functions/shared/gallery/**'],
    only: String.raw`(\./|\.\./images/)`,
    why: 'gallery is what the API talks about: pure, over images',
  },
  {
    files: [
      ...['admit-member', 'create-upload', 'delete-image', 'get-image', 'list-images'],
      ...['serve-gallery', 'verify-gallery'],
    ].map((name) => `functions/${name}/**`),
    except: [
      ...['functions/*/handler.ts', 'functions/*/bind.ts'],
      ...['functions/serve-gallery/routings.ts', 'functions/verify-gallery/trials/**'],
    ],
    only: String.raw`(\./|\.\./shared/((gallery|images|releases)/|json\.ts$)|node:(crypto|util|zlib)$)`,
    why: 'what such a function does knows no SDK, no environment and no clock: ask for a port',
  },
  {
    files: ['functions/verify-gallery/trials/**'],
    only: String.raw`(\.\./[\w-]+\.ts$|node:util$)`,
    why: 'a trial knows its hook, and nothing of the functions that it tries',
  },
  {
    files: ['functions/shared/imaging/**'],
    except: ['functions/shared/imaging/heic/**'],
    only: String.raw`(\./|\.\./images/|\.\./(heic/)?[\w-]+\.ts$|sharp$|thumbhash$|node:(crypto|zlib)$)`,
    why: 'imaging is bytes in, bytes out: sharp and images only',
  },
  {
    files: ['functions/shared/imaging/heic/**'],
    only: String.raw`(\./|\.\./(\.\./images/|[\w-]+\.ts$)|node:(fs/promises|module|path|worker_threads)$)`,
    why: 'HEIC is decoded by libheif in a thread of its own: it loads that, and is bytes in, bytes out otherwise',
  },
  {
    files: ['functions/shared/stores/**'],
    only: String.raw`(\./|\.\./(images|gallery)/|@aws-sdk/|@smithy/signature-v4$|node:)`,
    why: 'a store is a thin adapter over one AWS resource',
  },
  {
    files: ['functions/shared/lambda/**'],
    only: String.raw`(\./|\.\./((images|gallery|releases)/|json\.ts$)|@aws-lambda-powertools/|@aws-sdk/|aws-xray-sdk-core$|aws-lambda$|node:)`,
    why: 'lambda knows Lambda and its events, and nothing of stores or imaging',
  },
  {
    files: ['commands/**'],
    except: ['commands/rehearse/faults/modules/**'],
    only: fromCommands(),
    why: 'commands are AWS SDK clients: they never import functions or local-cloud',
  },
  {
    files: ['commands/rehearse/{aws,faults}/**'],
    except: ['commands/rehearse/faults/modules/**'],
    only: fromCommands('(?!.*/(draw|judge|photographs|play|target)/)'),
    why: 'the SDK calls and the faults know nothing of the rehearsal that uses them',
  },
  {
    files: ['commands/rehearse/{judge,photographs,target}/**'],
    only: fromCommands('(?!.*/(draw|play)/)'),
    why: 'drawing and playing depend on judging, never the reverse',
  },
  {
    files: ['commands/rehearse/play/**'],
    only: fromCommands('(?!.*/draw/)'),
    why: 'a rehearsal calls back with its story and does not know how it is drawn',
  },
  {
    files: ['commands/rehearse/draw/**'],
    only: fromCommands('(?!.*/(aws|faults|photographs|play|target)/)'),
    why: 'a drawing shows a story and its verdict, and nothing else',
  },
  {
    files: ['commands/rehearse/faults/modules/**'],
    only: String.raw`(the-real:|node:|sharp$)`,
    why: 'a fault is bundled into a function: it wraps a module of functions/, and knows nothing of commands',
  },
  {
    files: ['web/**'],
    only: String.raw`(?!.*(\.\./)+(functions|commands|local-cloud|tests)/)(\.{1,2}/|@preact/signals$|oauth4webapi$|photoswipe$|preact(/hooks)?$|thumbhash$)`,
    why: 'the page knows the API by docs/api.yaml alone, and few packages: what it loads, visitors wait for',
  },
  {
    files: ['packages/local-cloud/**'],
    only: String.raw`(?!.*(\.\./)+(functions|commands|web|bench/gallery|tests/(end-to-end|support/local-cloud))/)`,
    why: 'a package of its own: it knows nothing of the application that it runs',
  },
];

/** Where time and chance come from in the local cloud: from `clock.ts` and `random.ts`, so that a factor and a seed decide them. */
const timeAndChance = [
  [
    'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    'NewExpression[callee.name="Date"][arguments.length=0]',
    'MemberExpression[object.name=/^(performance|process)$/][property.name=/^(now|hrtime|uptime)$/]',
    'CallExpression[callee.name=/^(setTimeout|setInterval)$/]',
    'CallExpression[callee.object.name="AbortSignal"][callee.property.name="timeout"]',
    'ImportDeclaration[source.value=/^(node:)?(timers|perf_hooks)/]',
  ].map((selector) => ({
    selector,
    message: 'Time comes from the clock: context.clock, or realTime for work (clock.ts).',
  })),
  [
    'MemberExpression[object.name="Math"][property.name="random"]',
    'MemberExpression[property.name=/^(randomUUID|randomBytes|randomInt|randomFill|randomFillSync|getRandomValues)$/]',
    'ImportDeclaration[source.value=/crypto$/] > ImportSpecifier[imported.name=/^(random|getRandom|webcrypto)/]',
  ].map((selector) => ({ selector, message: 'Chance comes from the seed: context.random (random.ts).' })),
].flat();

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      '.aws-sam/',
      '.local/',
      '**/*.cjs',
      '**/*.mjs',
      '**/*.config.js',
      'packages/*/dist/',
      'packages/local-cloud/tests/applications/**/*.js',
    ],
  },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/require-await': 'off', // a port is a function that returns a promise, whether or not it waits
    },
  },
  {
    files: ['packages/local-cloud/src/**'],
    ignores: ['packages/local-cloud/src/core/{clock,random}.ts', 'packages/local-cloud/src/testing/**'],
    rules: { 'no-restricted-syntax': ['error', ...timeAndChance] },
  },
  ...rooms.map(({ files, except, only, why }) => ({
    files,
    ...(except && { ignores: except }),
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: `^(?!${only})`, message: why }] }],
    },
  })),
);
