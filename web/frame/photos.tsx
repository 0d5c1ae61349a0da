import { Grid } from '../grid/grid.tsx';
import { loadFailed, loadMore } from '../images/load.ts';
import { loaded, shown } from '../images/store.ts';
import { words } from '../words/language.ts';

/** The grid, or what there is to say instead; nothing before the first page has come, so that nothing moves. */
export function Photos() {
  const w = words.value;
  const isEmpty = shown.value.length === 0;
  return (
    <>
      {loadFailed.value && (
        <div class={isEmpty ? 'empty' : 'list-failed'} role="alert">
          <p>{w.listFailed}</p>
          <button type="button" class="plain" onClick={() => void loadMore()}>
            {w.tryAgain}
          </button>
        </div>
      )}
      {isEmpty && loaded.value && !loadFailed.value && (
        <div class="empty" id="grid" tabIndex={-1}>
          <p>{w.empty}</p>
          <small>{w.emptyHint}</small>
        </div>
      )}
      {!isEmpty && <Grid />}
    </>
  );
}
