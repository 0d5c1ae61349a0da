import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { chains, type Asked } from './event/chains.ts';
import { objectOf, removedObject } from './event/object.ts';
import type { EventObject } from './event/s3-message.ts';
import { run } from './shared/run.ts';
import { findTarget, targetHelp, targetOptions, UsageError, type Target } from './shared/target.ts';
import { printable } from './shared/text.ts';
import { fileUpload } from './shared/upload.ts';

const help = `Prints the event by which AWS would invoke a function: what it names exists in the stack that runs.

  npm run --silent event -- s3-sns-sqs photo.jpg
  npm run --silent event -- s3-sns photo.jpg | npm run --silent sam-local -- invoke GenerateThumbnailsFunction -e -

Chains (from what sends it to what is invoked)
${Object.entries(chains)
  .map(([name, chain]) => `  ${`${name}${chain.ofObjects ? ' FILE' : ''}`.padEnd(22)} ${chain.help}`)
  .join('\n')}

A file that UploadsBucket does not hold yet is uploaded first. Size, ETag, version and key are those of the object; several files are
several records, as AWS batches them.

Options
  --owner NAME       whose images they are: users/NAME/… (default: demo)
  --key KEY          the object's whole key instead, of one file
  --event-name NAME  what happened (default: ObjectCreated:Put); of ObjectRemoved:… and LifecycleExpiration:… nothing is uploaded
  --deployment ID    which deployment of CodeDeploy (default: the newest of the stack)
${targetHelp}`;

const kinds = /^(ObjectCreated|ObjectRemoved|LifecycleExpiration):[A-Za-z]+$/;

run(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...targetOptions,
      owner: { type: 'string', default: 'demo' },
      key: { type: 'string' },
      'event-name': { type: 'string', default: 'ObjectCreated:Put' },
      deployment: { type: 'string' },
    },
  });
  const [name, ...files] = positionals;
  if (values.help || name === undefined) {
    console.log(help);
    return;
  }
  const chain = Object.hasOwn(chains, name) ? chains[name] : undefined;
  if (chain === undefined)
    throw new UsageError(`There is no chain "${name}". There are: ${Object.keys(chains).join(', ')}.`);
  const { 'event-name': eventName, owner, key, deployment } = values;
  if (!kinds.test(eventName))
    throw new UsageError(
      `--event-name is a name such as ObjectCreated:Put or ObjectRemoved:Delete, not "${eventName}".`,
    );
  if (!/^[^/]+$/u.test(owner)) throw new UsageError(`--owner is one name without "/", not "${owner}".`);
  if (chain.ofObjects && files.length === 0)
    throw new UsageError(`${name} tells of objects: name a file, such as photo.jpg.`);
  if (!chain.ofObjects && files.length > 0)
    throw new UsageError(`${name} tells of no object: leave out ${files.join(' ')}.`);
  if (key !== undefined && files.length !== 1) throw new UsageError('--key is the key of one file.');

  const target = await findTarget(values);
  const s3 = new S3Client(target.client);
  const region = await s3.config.region();
  const objects: EventObject[] = [];
  for (const file of files) {
    const ofFile = key ?? `users/${owner}/${basename(file)}`;
    objects.push(await (eventName.startsWith('ObjectCreated:') ? created : removed)(s3, target, file, ofFile));
  }
  const asked: Asked = { target, objects, eventName, region, ...(deployment !== undefined && { deployment }) };
  console.log(JSON.stringify(await chain.event(asked), undefined, 2));
});

async function created(s3: S3Client, target: Target, path: string, key: string): Promise<EventObject> {
  const bucket = target.output('UploadsBucketName');
  const file = await fileUpload(path, basename(path), key).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${path} cannot be uploaded: ${why}`, { cause });
  });
  return objectOf(s3, bucket, { ...file, path }, () => {
    // Not on stdout: only the event stands there.
    console.error(
      `Uploaded ${printable(path)} to s3://${bucket}/${printable(key)}; the stack's own functions process it too.`,
    );
  });
}

function removed(s3: S3Client, target: Target, _path: string, key: string): Promise<EventObject> {
  return removedObject(s3, target.output('UploadsBucketName'), key);
}
