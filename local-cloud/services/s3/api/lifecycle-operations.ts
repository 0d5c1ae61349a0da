import type { Operation } from './call.ts';

export const lifecycleOperations: Readonly<Record<string, Operation>> = {};
