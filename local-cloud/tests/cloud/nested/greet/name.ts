export const name = 'counter';
