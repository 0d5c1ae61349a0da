import { useEffect, useState } from 'preact/hooks';
import { config } from '../api/config.ts';
import { notRemoved, undoable, undoRemoval } from '../images/removing.ts';
import { uploads } from '../uploads/later.ts';
import { lost, progress } from '../uploads/progress.ts';
import { words } from '../words/language.ts';

/** ms for which a result stays. */
const STAYS = 5_000;

/** The current activity, at the bottom of the page. */
export function Bars() {
  return (
    <section class="bars" aria-label={words.value.activity}>
      <LostBar />
      <NotDeletedBar />
      <UploadBar />
      <UndoBar />
    </section>
  );
}

/** True for a while after `active` has ended. */
function useAfterwards(active: boolean): boolean {
  const [after, setAfter] = useState(false);
  useEffect(() => {
    if (active) {
      setAfter(true);
      return;
    }
    const timer = setTimeout(() => setAfter(false), STAYS);
    return () => clearTimeout(timer);
  }, [active]);
  return active || after;
}

function UploadBar() {
  const w = words.value;
  const { total, sent, failed, isActive, isOffline, bytes, bytesSent, speed } = progress.value;
  const isShown = useAfterwards(isActive);
  if (!isShown || total === 0) return null;
  const failures = failed > 0 ? ` · ${w.notUploaded(failed)}` : '';
  if (!isActive) {
    return (
      <div class="bar">
        <span class="what">{sent > 0 ? w.uploaded(sent) + failures : w.notUploaded(failed)}</span>
      </div>
    );
  }
  return (
    <div class="bar two-lines uploading">
      <span class="what">
        {isOffline ? w.offline : w.uploading(sent + failed, total) + failures}
        <small>{w.amount(bytesSent, bytes, speed)}</small>
      </span>
      <button type="button" onClick={() => void uploads().then((loaded) => loaded.cancelUploads())}>
        {w.cancel}
      </button>
      <progress aria-label={w.add} max={Math.max(1, bytes)} value={bytesSent} />
    </div>
  );
}

function UndoBar() {
  const w = words.value;
  const gone = undoable.value;
  const days = config.value?.keepDeletedDays;
  if (gone.length === 0) return null;
  return (
    <div class="bar two-lines">
      <span class="what">
        {w.deleted(gone.map(({ name }) => name))}
        {days !== undefined && <small>{w.deletedUntil(days)}</small>}
      </span>
      <button type="button" onClick={undoRemoval}>
        {w.undo}
      </button>
    </div>
  );
}

function NotDeletedBar() {
  const w = words.value;
  if (notRemoved.value === 0) return null;
  return (
    <div class="bar" role="alert">
      <span class="what">{w.notDeleted(notRemoved.value)}</span>
      <button type="button" onClick={() => (notRemoved.value = 0)}>
        {w.close}
      </button>
    </div>
  );
}

function LostBar() {
  const w = words.value;
  const names = lost.value;
  if (names.length === 0) return null;
  return (
    <div class="bar lost" role="alert">
      <div class="what">
        {w.lost(names.length)}
        <ul>
          {names.map((name, n) => (
            <li key={n}>{name}</li>
          ))}
        </ul>
      </div>
      <button type="button" onClick={() => (lost.value = [])}>
        {w.close}
      </button>
    </div>
  );
}
