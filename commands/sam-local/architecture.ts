/** Lambda's names of processors, as the template's parameter Architecture has them. */
export type Architecture = 'arm64' | 'x86_64';
