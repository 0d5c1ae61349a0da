export const label: string = 'old label';
