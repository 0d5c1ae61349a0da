import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { drawSample } from './sample-picture.ts';
import { demoUserOf } from './shared/demo-user.ts';
import { waitForOutcome, type Outcome } from './shared/outcome.ts';
import { openProgress } from './shared/progress.ts';
import { recipeNames } from './shared/image-items.ts';
import { run } from './shared/run.ts';
import { findTarget, targetHelp, targetOptions, UsageError, type Target } from './shared/target.ts';
import { showsPictures, terminalPicture } from './shared/terminal-picture.ts';
import { bytesText, printable } from './shared/text.ts';
import { bytesUpload, fileUpload, silentLogger, upload, type Upload, type Uploaded } from './shared/upload.ts';

const help = `Uploads images and shows what becomes of them: records, thumbnails, renditions.

  npm run try -- photo.jpg holiday/*.png     these files
  npm run try                                a picture that is drawn on the spot

Options
  --owner NAME     whose images they are: they go to users/NAME/… (default: the demo user of a local
                   gallery, so that its page shows them; else demo)
  --save FOLDER    where the outputs are saved to look at (default: .local/try)
  --wait SECONDS   how long to wait for the outcome (default: 60)
${targetHelp}`;

run(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...targetOptions,
      owner: { type: 'string' },
      save: { type: 'string', default: join('.local', 'try') },
      wait: { type: 'string', default: '60' },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const waitSeconds = Number(values.wait);
  if (!(waitSeconds > 0)) throw new UsageError(`--wait takes seconds, such as 60, not "${values.wait}".`);
  if (values.owner !== undefined && !/^[^/]+$/u.test(values.owner))
    throw new UsageError(`--owner is one name without "/", not "${values.owner}".`);

  const target = await findTarget(values);
  const bucket = target.output('UploadsBucketName');
  const table = target.output('ImagesTableName');
  const thumbnailsBucket = target.output('ThumbnailsBucketName');
  const s3 = new S3Client({ ...target.client, maxAttempts: 6, logger: silentLogger });
  const dynamoDb = new DynamoDBClient(target.client);

  const uploads = await whatToUpload(positionals, values.owner ?? (await ownerOn(target)));
  const progress = openProgress();
  const bars = uploads.map((one) => progress.bar(printable(one.name), one.size));
  const deadlineMs = (): number => Date.now() + waitSeconds * 1000;
  const uploaded = await Promise.all(
    uploads.map(async (one, index) => {
      const done = await upload(s3, bucket, one, (bytes) => bars[index]?.add(bytes)).catch((cause: unknown) => {
        const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
        throw new UsageError(
          `${printable(one.name)} could not be uploaded to s3://${bucket}/${printable(one.key)}: ${why}`,
          {
            cause,
          },
        );
      });
      // Waiting begins at once, so that one picture's time does not hold another's.
      const outcomes = recipeNames.map((recipe) => waitForOutcome(dynamoDb, table, bucket, done, recipe, deadlineMs()));
      const all = Promise.all(outcomes);
      // Should another upload fail, nobody comes to hear of this one.
      all.catch(() => undefined);
      return { one: done, outcomes: all };
    }),
  ).finally(progress.close);

  let failures = 0;
  for (const { one, outcomes: waiting } of uploaded) {
    const outcomes = await waiting;
    console.log(`\n${printable(one.name)} (${bytesText(one.size)}) -> s3://${bucket}/${printable(one.key)}`);
    for (const outcome of outcomes) {
      if (outcome.item?.status !== 'ready') failures++;
      console.log(describe(outcome, waitSeconds));
    }
    const saved = await save(s3, thumbnailsBucket, values.save, one, outcomes);
    if (saved.picture !== undefined && showsPictures()) console.log(await terminalPicture(saved.picture));
    if (saved.folder !== undefined) console.log(`  saved to ${saved.folder}`);
  }
  if (failures > 0) process.exitCode = 1;
});

/** On AWS nobody is asked: the demo user is of the local cloud only. */
async function ownerOn(target: Target): Promise<string> {
  return (target.client.endpoint !== undefined ? await demoUserOf(target) : undefined) ?? 'demo';
}

async function whatToUpload(paths: readonly string[], owner: string): Promise<Upload[]> {
  if (paths.length === 0) {
    const name = `sample-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.jpg`;
    const bytes = await drawSample(Math.floor(Date.now() / 1000) % 1000);
    return [bytesUpload(bytes, name, `users/${owner}/${name}`)];
  }
  const names = paths.map((path) => basename(path));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`Two files are called ${twice}; they would overwrite each other.`);
  return Promise.all(
    paths.map(async (path, index) => {
      const name = names[index] ?? path;
      try {
        return await fileUpload(path, name, `users/${owner}/${name}`);
      } catch (cause) {
        throw new UsageError(`${path} cannot be uploaded: ${cause instanceof Error ? cause.message : String(cause)}`, {
          cause,
        });
      }
    }),
  );
}

function describe({ recipe, item, ms }: Outcome, waitSeconds: number): string {
  const label = `  ${recipe.padEnd(10)}`;
  if (ms === undefined) {
    const last = item?.lastError === undefined ? '' : `. Last error: ${printable(item.lastError)}`;
    return `${label}  no outcome after ${String(waitSeconds)} s${last}. Run "npm run queue" to see waiting and failed messages.`;
  }
  if (item.status !== 'ready')
    return `${label}  ${item.status} after ${String(ms)} ms: ${printable(item.reason ?? 'no reason given')}`;
  const facts = [
    `ready after ${String(ms)} ms`,
    `${item.format ?? '?'} ${String(item.width)} x ${String(item.height)}`,
    item.dominantColour,
    ...Object.entries(item.exif ?? {}).map(([name, value]) => `${name} ${printable(String(value))}`),
  ].filter((fact) => fact !== undefined);
  const outputs = item.outputs.map(
    ({ width, height, format, bytes, key }) =>
      `\n    ${`${String(width)} x ${String(height)}`.padEnd(12)} ${format.padEnd(5)} ${bytesText(bytes).padStart(8)}  ${key}`,
  );
  return `${label}  ${facts.join(', ')}${outputs.join('')}`;
}

/** Downloads the outputs so that they can be looked at; the smallest thumbnail comes back as well. */
async function save(
  s3: S3Client,
  bucket: string,
  root: string,
  { name }: Uploaded,
  outcomes: readonly Outcome[],
): Promise<{ folder?: string; picture?: Uint8Array }> {
  const outputs = outcomes.flatMap(({ recipe, item }) =>
    (item?.outputs ?? []).map((output) => ({ recipe, ...output })),
  );
  if (outputs.length === 0) return {};
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  let picture: Uint8Array | undefined;
  for (const { recipe, key, width, format } of outputs) {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const bytes = await body?.transformToByteArray();
    if (bytes === undefined) continue;
    picture ??= bytes;
    await writeFile(join(folder, `${recipe}-${String(width)}.${format}`), bytes);
  }
  return { folder, ...(picture && { picture }) };
}
