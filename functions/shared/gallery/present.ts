import type { ImageRecord, Output } from '../images/record.ts';
import { recipeNames } from '../images/recipe.ts';
import type { PictureUrls } from './picture-urls.ts';
import { leading, type Records } from './records-of-image.ts';

// What docs/api.yaml calls Image and ImageDetails. `pictures` is for the URLs: nothing else of an output's key ever leaves.

type ShownOutput = Omit<Output, 'key'> & { url: string };

/** The state of an image in the API, as a tile needs it. */
export async function tileOf(records: Records, urls: PictureUrls): Promise<object> {
  const { thumbnails } = records;
  const outputs = await shown(thumbnails, urls);
  return {
    ...common(records),
    outputs,
    ...(outputs.length > 0 && { urlsExpireAt: urls.expireAt }),
    recipes: byRecipe(records, stateOf),
  };
}

/** All of it: both recipes, and the original as a download. */
export async function detailsOf(records: Records, urls: PictureUrls): Promise<object> {
  const { thumbnails, renditions } = records;
  const record = leading(records);
  const [ofThumbnails, ofRenditions, url] = await Promise.all([
    shown(thumbnails, urls),
    shown(renditions, urls),
    record && urls.ofOriginal(record, { name: nameOf(record), contentType: typeOf(record) }),
  ]);
  const detailed = (one: ImageRecord, outputs: ShownOutput[]) => ({
    ...stateOf(one),
    recipeVersion: one.recipeVersion,
    outputs,
  });
  return {
    ...common(records),
    ...(renditions?.exif && { exif: renditions.exif }),
    ...(record && url !== undefined && { original: { url, contentType: typeOf(record) }, urlsExpireAt: urls.expireAt }),
    recipes: {
      ...(thumbnails && { thumbnails: detailed(thumbnails, ofThumbnails) }),
      ...(renditions && { renditions: detailed(renditions, ofRenditions) }),
    },
  };
}

/** What an answer's ETag is made of: all that the URLs are made of, and none of the signatures. */
export function substanceOf(records: Records): unknown[] {
  return recipeNames
    .map((name) => records[name])
    .map(
      (record) =>
        record && [
          record.imageId,
          record.revision,
          record.status,
          record.processedAt,
          record.outputs.map(({ key }) => key),
        ],
    );
}

function common(records: Records): object {
  const { thumbnails, renditions } = records;
  const record = leading(records);
  if (record === undefined) throw new Error('an image without a record cannot be shown');
  // Until the thumbnails have an outcome, show the outcome of the renditions.
  const { format, width, height } =
    thumbnails?.format === undefined && renditions?.format !== undefined ? renditions : record;
  const isSame = renditions?.eTag === record.eTag;
  return {
    imageId: record.imageId,
    status: thumbnails?.status ?? 'pending',
    name: nameOf(record),
    ...defined({ reason: record.reason, uploadedAt: record.uploadedAt, size: record.size, format, width, height }),
    // Of an original that was overwritten, the old placeholder would be of another picture.
    ...(isSame && defined({ placeholder: renditions?.placeholder, dominantColour: renditions?.dominantColour })),
  };
}

/** The visible part of each existing record, by the name of its recipe. */
function byRecipe(records: Records, show: (record: ImageRecord) => object): object {
  return Object.fromEntries(recipeNames.flatMap((name) => (records[name] ? [[name, show(records[name])]] : [])));
}

function stateOf({ status, reason, processedBy, processedAt }: ImageRecord): object {
  return { status, ...defined({ reason }), processedBy, processedAt };
}

async function shown(record: ImageRecord | undefined, urls: PictureUrls): Promise<ShownOutput[]> {
  const outputs = (record?.outputs ?? []).toSorted((a, b) => a.width - b.width);
  return Promise.all(
    outputs.map(async ({ key, width, height, format, bytes }) => ({
      ...{ width, height, format, bytes },
      url: await urls.ofOutput({ key, format }),
    })),
  );
}

/** The last part of the key: what create-upload has made of the file's name. */
function nameOf({ key }: ImageRecord): string {
  return key.slice(key.lastIndexOf('/') + 1) || key;
}

/** From the decoded format, never from the claimed one: a browser would run a file that is served as `text/html`. */
function typeOf({ format }: ImageRecord): string {
  return format === undefined ? 'application/octet-stream' : `image/${format}`;
}

function defined(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
