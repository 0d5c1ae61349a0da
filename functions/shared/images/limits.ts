/** What is larger is refused by HeadObject's size alone: reading it would fill the memory before a guard could look at it. */
export const MAX_ORIGINAL_BYTES = 25 * 1024 * 1024;
