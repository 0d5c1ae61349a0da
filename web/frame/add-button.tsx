import { useRef } from 'preact/hooks';
import { config } from '../api/config.ts';
import { acceptAttribute } from '../uploads/accept.ts';
import { addFiles } from '../uploads/later.ts';
import { words } from '../words/language.ts';

/** Adds what a file input has been given, and makes it ready for the same files again. */
function addFrom(input: HTMLInputElement): void {
  addFiles([...(input.files ?? [])]);
  input.value = '';
  scrollTo({ top: 0 });
}

export function AddButton() {
  const input = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const types = config.value?.upload.types;
  const w = words.value;
  return (
    <>
      <button type="button" class="round take" aria-label={w.take} onClick={() => camera.current?.click()}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 8.5h3.4L9 6h6l1.6 2.5H20a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9.5a1 1 0 0 1 1-1Z" />
          <circle cx="12" cy="13.2" r="3.4" />
        </svg>
      </button>
      <button type="button" class="add" onClick={() => input.current?.click()}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M8 3v10M3 8h10" />
        </svg>
        {w.add}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={w.add}
        accept={types ? acceptAttribute(types) : 'image/*'}
        onChange={({ currentTarget }) => addFrom(currentTarget)}
      />
      <input
        ref={camera}
        type="file"
        hidden
        aria-label={w.take}
        accept="image/*"
        capture="environment"
        onChange={({ currentTarget }) => addFrom(currentTarget)}
      />
    </>
  );
}
