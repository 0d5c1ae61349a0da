import { useEffect } from 'preact/hooks';
import { release } from '../api/config.ts';
import type { LivingImage } from '../api/types.ts';
import { memo } from '../frame/memo.ts';
import { freshen, isStale } from '../images/freshen.ts';
import { phaseOf, type Item, type Phase } from '../images/item.ts';
import { tileIsThere } from '../images/visible.ts';
import { format, language, reasonOf, words } from '../words/language.ts';
import { Picture } from './picture.tsx';

type Props = { item: Item; column: number; size: number; tabbable: boolean };

export const Tile = memo(function Tile({ item, column, size, tabbable }: Props) {
  const phase = phaseOf(item);
  const image = item.image.value;
  const imageId = item.imageId.value;
  useEffect(() => {
    if (imageId === undefined) return;
    if (isStale(item)) freshen(item);
    return tileIsThere(imageId);
  }, [imageId, image]);
  return (
    <div
      role="gridcell"
      aria-colindex={column + 1}
      tabIndex={tabbable ? 0 : -1}
      data-key={item.key}
      data-image={imageId}
      class={`tile ${phase}`}
      data-name={item.name}
      style={{ width: `${String(size)}px`, height: `${String(size)}px`, backgroundColor: image?.dominantColour }}
    >
      <span class="unseen">{labelOf(item, phase, image)}</span>
      <Picture item={item} image={image} preview={item.preview.value} size={size} />
      {(phase === 'waiting' || phase === 'sending') && <Sending item={item} />}
      {phase === 'pending' && (
        <span class={`line breathing${hasPicture(item, image) ? '' : ' bare'}`} aria-hidden="true" />
      )}
      {(phase === 'failed' || phase === 'rejected') && <Trouble item={item} phase={phase} image={image} />}
      {release.value.underWay && image && <Badge image={image} />}
    </div>
  );
});

const hasPicture = ({ preview }: Item, image: LivingImage | undefined): boolean =>
  preview.value !== undefined || image?.placeholder !== undefined;

/** What a screen reader says of a tile. */
function labelOf({ name, upload }: Item, phase: Phase, image: LivingImage | undefined): string {
  const w = words.value;
  const state = upload.value;
  const parts = [name, w.phases[phase]];
  if (phase === 'rejected') parts.push(reasonOf(image?.reason).text);
  if (phase === 'failed' && state?.status === 'failed')
    parts.push(w.reasons[state.reason], state.canRetry ? w.retryByEnter : '');
  return parts.filter((part) => part !== '').join(', ');
}

/** How far a file is, its size, how fast it goes, and the way to call it off. */
function Sending({ item }: { item: Item }) {
  const w = words.value;
  const state = item.upload.value;
  const sent = state?.status === 'sending' ? state.sent : 0;
  const speed = state?.status === 'sending' ? state.speed : 0;
  return (
    <div class={item.preview.value === undefined ? 'underway bare' : 'underway'}>
      <button type="button" class="cancel" data-action="cancel" tabIndex={-1} aria-label={w.cancelOne(item.name)}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="m4 4 8 8m0-8-8 8" />
        </svg>
      </button>
      <span class="figures" aria-hidden="true">
        <span>{format.value.bytes(item.size)}</span>
        <span>{state?.status === 'offline' ? w.phases.waiting : speed > 0 ? format.value.speed(speed) : ''}</span>
      </span>
      <span class="line" aria-hidden="true">
        <i style={{ transform: `scaleX(${String(item.size > 0 ? sent / item.size : 0)})` }} />
      </span>
    </div>
  );
}

function Trouble({ item, phase, image }: { item: Item; phase: 'failed' | 'rejected'; image: LivingImage | undefined }) {
  const w = words.value;
  const state = item.upload.value;
  const failed = state?.status === 'failed' ? state : undefined;
  const reason =
    phase === 'rejected'
      ? reasonOf(image?.reason)
      : { text: failed ? w.reasons[failed.reason] : '', lang: language.value };
  return (
    <div class="trouble">
      <strong aria-hidden="true">{item.name}</strong>
      <span class="reason" lang={reason.lang} title={reason.text} aria-hidden="true">
        {reason.text}
      </span>
      <span class="actions">
        {failed?.canRetry && (
          <button type="button" data-action="retry" tabIndex={-1}>
            {w.retry}
          </button>
        )}
        <button type="button" data-action="remove" tabIndex={-1}>
          {w.remove}
        </button>
      </span>
    </div>
  );
}

/** While a release runs: which version has made this thumbnail. */
function Badge({ image }: { image: LivingImage }) {
  const made = image.recipes.thumbnails?.processedBy;
  if (made === undefined) return null;
  const isNew = release.value.versions.some(
    ({ recipe, version, isNew }) => recipe === 'thumbnails' && version === made && isNew === true,
  );
  return <span class={isNew ? 'version new' : 'version'}>{words.value.version(made)}</span>;
}
