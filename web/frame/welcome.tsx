import { signIn, signInProblem } from '../sign-in/browser.ts';
import { words } from '../words/language.ts';

/** The page before sign-in. */
export function Welcome({ ended }: { ended: boolean }) {
  const w = words.value;
  const problem = { failed: w.signInFailed, refused: w.signInRefused };
  const note = signInProblem.value ? problem[signInProblem.value] : ended ? w.sessionEnded : undefined;
  return (
    <main class="welcome">
      <svg class="scene" viewBox="0 0 240 150" aria-hidden="true">
        <rect class="sky" width="240" height="150" rx="14" />
        <circle class="sun" cx="172" cy="48" r="16" />
        <path class="far" d="M0 104 46 66l34 26 42-44 52 50 30-20 36 30v24a14 14 0 0 1-14 14H14a14 14 0 0 1-14-14Z" />
        <path class="near" d="m0 124 58-30 46 26 44-32 92 36v12a14 14 0 0 1-14 14H14a14 14 0 0 1-14-14Z" />
      </svg>
      <p class="lead">{w.signInHint}</p>
      {note && (
        <p class="note" role="alert">
          {note}
        </p>
      )}
      <button type="button" class="add" onClick={() => void signIn()}>
        {w.signIn}
      </button>
    </main>
  );
}
