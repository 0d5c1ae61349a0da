import { useEffect, useRef } from 'preact/hooks';
import { signal } from '@preact/signals';
import { undoable } from '../images/removing.ts';
import { progress } from '../uploads/progress.ts';
import { words } from '../words/language.ts';

const spoken = signal('');

/** Announcements for screen readers: each quarter of the uploads, their end, and deletions. */
export function Announcer() {
  const w = words.value;
  const { total, sent, failed, isActive } = progress.value;
  const quarter = total === 0 ? 0 : Math.floor((4 * (sent + failed)) / total);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current && total > 0) spoken.value = isActive ? w.uploading(sent + failed, total) : w.uploaded(sent);
    first.current = false;
  }, [quarter, isActive]);
  const gone = undoable.value;
  useEffect(() => {
    if (gone.length > 0) spoken.value = `${w.deleted(gone.map(({ name }) => name))}. ${w.undoKeys}`;
  }, [gone]);
  return (
    <div class="unseen" role="status">
      {spoken.value}
    </div>
  );
}
