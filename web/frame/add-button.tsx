import { useRef } from 'preact/hooks';
import { config } from '../api/config.ts';
import { acceptAttribute } from '../uploads/accept.ts';
import { addFiles } from '../uploads/later.ts';
import { words } from '../words/language.ts';

export function AddButton() {
  const input = useRef<HTMLInputElement>(null);
  const types = config.value?.upload.types;
  return (
    <>
      <button type="button" class="add" onClick={() => input.current?.click()}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M8 3v10M3 8h10" />
        </svg>
        {words.value.add}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={words.value.add}
        accept={types ? acceptAttribute(types) : 'image/*'}
        onChange={({ currentTarget }) => {
          addFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
          scrollTo({ top: 0 });
        }}
      />
    </>
  );
}
