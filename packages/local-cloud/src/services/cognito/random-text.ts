import type { Random } from '../../core/random.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `length` letters and digits, as the ids of user pools, clients and codes are made of. */
export function randomText(random: Random, length: number): string {
  return Array.from({ length }, () => LETTERS.charAt(Math.floor(random.next() * LETTERS.length))).join('');
}

/** Six digits, as Cognito sends them to confirm an address. */
export function randomDigits(random: Random): string {
  return String(Math.floor(random.next() * 1_000_000)).padStart(6, '0');
}
