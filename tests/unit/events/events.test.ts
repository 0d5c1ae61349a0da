import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { changedImages } from '../../../functions/shared/lambda/changed-images.ts';

const root = join(import.meta.dirname, '../../..');
const bucket = 'serverless-thumbnails-uploads-000000000000-us-east-1';

/** What each file is about: the keys that it names, and how many of its records name none. */
const expected: Record<string, { keys: string[]; refused?: number }> = {
  'generate-thumbnails/s3-object-created.json': { keys: ['photo.jpg'] },
  'generate-thumbnails/sns-object-created.json': { keys: ['users/mona/photo.jpg'] },
  'generate-thumbnails/sns-awkward-key.json': { keys: ['users/mona/日本 語/a+b 100% "é".jpg'] },
  'generate-thumbnails/sns-object-removed.json': { keys: ['users/mona/photo.jpg'] },
  'generate-thumbnails/sns-lifecycle-expiration.json': { keys: ['canary/probe.jpg', 'canary/older probe.jpg'] },
  'generate-thumbnails/sns-several-records.json': {
    keys: ['users/mona/1.jpg', 'users/mona/2.jpg', 'users/otto/3.png'],
  },
  'generate-thumbnails/sns-test-event.json': { keys: [] },
  'generate-thumbnails/eventbridge-object-created.json': { keys: ['users/mona/a+b c.jpg'] },
  'generate-renditions/s3-object-created.json': { keys: ['photo.jpg'] },
  'generate-renditions/sqs-s3.json': { keys: ['users/mona/photo.jpg'] },
  'generate-renditions/sqs-sns.json': { keys: ['users/mona/a+b c.jpg'] },
  'generate-renditions/sqs-sns-raw.json': { keys: ['users/mona/photo.jpg'] },
  'generate-renditions/sqs-sns-object-removed.json': { keys: ['users/mona/photo.jpg'] },
  'generate-renditions/sqs-sns-test-event.json': { keys: [] },
  'generate-renditions/sqs-batch-mixed.json': { keys: ['users/mona/1.jpg'], refused: 2 },
};

const read = (file: string): unknown => JSON.parse(readFileSync(join(root, 'events', file), 'utf8'));

describe('the sample events', () => {
  test('are all known here', () => {
    const files = ['generate-thumbnails', 'generate-renditions'].flatMap((name) =>
      readdirSync(join(root, 'events', name)).map((file) => `${name}/${file}`),
    );
    expect(files.toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test.each(Object.entries(expected))('%s names what it is about', (file, { keys, refused = 0 }) => {
    const problems: string[] = [];
    const images = changedImages(read(file), ({ message }) => problems.push(message));
    expect(images.map(({ key }) => key)).toEqual(keys);
    expect(problems).toHaveLength(refused);
    for (const image of images) expect(image).toMatchObject({ bucket, eventTime: expect.stringContaining('T') });
  });

  test('every function has some, in a folder of its name', () => {
    const functions = readdirSync(join(root, 'functions')).filter((name) => name !== 'shared');
    expect(readdirSync(join(root, 'events'))).toEqual(expect.arrayContaining(functions));
  });
});
