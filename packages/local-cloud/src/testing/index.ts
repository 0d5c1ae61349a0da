/** What tests of an application that runs in the local cloud need. */
export { eventually } from './eventually.ts';
export { MINUTE, startWatch, type Watch } from './in-memory-cloudwatch.ts';
export { createBrowser } from './oauth-browser.ts';
export { cpuSecondsBelow, descendants, residentBytes, type Descendant } from './processes.ts';
