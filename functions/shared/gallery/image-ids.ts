import { Problem } from './problem.ts';

const IMAGE_ID = /^[\da-f]{64}$/u;

/** How many images one request may be about. DynamoDB's BatchGetItem takes a hundred keys too. */
export const MOST_IMAGES = 100;

export function isImageId(text: string): boolean {
  return IMAGE_ID.test(text);
}

/** `ids=a,b,c`, each once, in this order. Throws a Problem if the value is not a list of at most 100 ids. */
export function imageIds(text: string): string[] {
  const ids = text.split(',');
  if (ids.length > MOST_IMAGES) {
    throw new Problem(
      'invalid-request',
      `The parameter "ids" lists ${ids.length} images; at most ${MOST_IMAGES} are answered.`,
    );
  }
  if (!ids.every(isImageId)) {
    throw new Problem(
      'invalid-request',
      'The parameter "ids" is a list of image ids of 64 hexadecimal digits, separated by commas.',
    );
  }
  return [...new Set(ids)];
}
