import { useEffect, useState } from 'preact/hooks';
import type { ImageDetails, RecipeName } from '../api/types.ts';
import type { Item } from '../images/item.ts';
import { format, reasonOf, words } from '../words/language.ts';
import { followDetails } from './details-of.ts';
import { exposureOf, formatName, secondsBetween } from './facts.ts';

type State = { for: string; details?: ImageDetails; failed?: boolean };

/** The details of an image: the original and all its outputs. */
export function DetailsPanel({ item }: { item: Item }) {
  const w = words.value;
  const imageId = item.imageId.value ?? '';
  const [state, setState] = useState<State>({ for: '' });
  // While a picture is reprocessed, the panel follows its tile.
  const made = item.image.value;
  useEffect(
    () =>
      followDetails(imageId, (details) =>
        setState(details === undefined ? { for: imageId, failed: true } : { for: imageId, details }),
      ),
    [imageId, made],
  );
  const current = state.for === imageId ? state : undefined;
  return (
    <aside class="details" aria-label={w.details} tabIndex={0}>
      <h2>{item.name}</h2>
      {current?.failed && <p>{w.detailsFailed}</p>}
      {current === undefined && <p class="soft">{w.loadingDetails}</p>}
      {current?.details && <Facts details={current.details} />}
    </aside>
  );
}

function Facts({ details }: { details: ImageDetails }) {
  const w = words.value;
  const f = format.value;
  const { exif = {}, width, height, size, uploadedAt, dominantColour, original, reason } = details;
  const facts: [string, preact.ComponentChildren][] = [
    [w.fields.added, uploadedAt && f.moment(Date.parse(uploadedAt))],
    [w.fields.taken, exif.takenAt && f.localMoment(exif.takenAt)],
    [w.fields.dimensions, width && height && `${String(width)} × ${String(height)}`],
    [w.fields.size, size && f.bytes(size)],
    [w.fields.format, details.format && formatName(details.format)],
    [w.fields.camera, exif.camera],
    [w.fields.lens, exif.lens],
    [w.fields.exposure, exposureOf(exif, w.seconds)],
    [w.fields.colour, dominantColour && <Colour colour={dominantColour} />],
  ];
  return (
    <>
      {reason && (
        <p class="reason" lang={reasonOf(reason).lang}>
          {reasonOf(reason).text}
        </p>
      )}
      <dl>{facts.map(([name, value]) => value && <Fact key={name} name={name} value={value} />)}</dl>
      {(['thumbnails', 'renditions'] as const).map((recipe) => (
        <Made key={recipe} recipe={recipe} details={details} />
      ))}
      {original && (
        <a class="download" href={original.url} download>
          {w.download}
        </a>
      )}
    </>
  );
}

function Fact({ name, value }: { name: string; value: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Colour({ colour }: { colour: string }) {
  return (
    <span class="colour">
      <i style={{ backgroundColor: colour }} />
      {colour}
    </span>
  );
}

/** The outputs of one recipe: bytes of each, which version made them, and how long that took. */
function Made({ recipe, details }: { recipe: RecipeName; details: ImageDetails }) {
  const w = words.value;
  const f = format.value;
  const made = details.recipes[recipe];
  const seconds = made && secondsBetween(details.uploadedAt, made.processedAt);
  const notes = made && [w.madeBy(made.processedBy), seconds !== undefined && w.after(w.seconds(f.number(seconds)))];
  return (
    <section class="made">
      <h3>{w.recipes[recipe]}</h3>
      <p class="soft">{notes === undefined ? w.notYet : notes.filter(Boolean).join(' · ')}</p>
      {made && made.outputs.length > 0 && (
        <ul>
          {made.outputs.map((output) => (
            <li key={output.url}>
              <span>{`${String(output.width)} × ${String(output.height)}`}</span>
              <span>{formatName(output.format)}</span>
              <span>{f.bytes(output.bytes)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
