/** Written by `npm run build:web`, which `npm ci` runs; not in the repository. */
declare module '*/page.json' {
  import type { PageFile } from './page-files.ts';

  const page: { files: Record<string, PageFile> };
  export default page;
}
