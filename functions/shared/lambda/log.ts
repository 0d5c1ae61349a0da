import { Logger } from '@aws-lambda-powertools/logger';

import { escaped } from './printable.ts';

/**
 * One JSON object per line, with the function's name, version and request id, and the trace id. Hand it facts as fields, and
 * errors as errors. Names of files are of their owners' making: whatever they hold, they stay inside their line.
 */
export const log = new Logger({ jsonReplacerFn: (_name, value) => escaped(value) });
