import { config } from '../api/config.ts';
import { commitRemovals } from '../images/removing.ts';
import { signOut } from '../sign-in/browser.ts';
import { uploads } from '../uploads/later.ts';
import { words } from '../words/language.ts';
import { Choices } from './choices.tsx';

/** Deletions are asked for while there is still a token, and what was to be sent is dropped with the session. */
async function leave(): Promise<void> {
  commitRemovals();
  await uploads().then((loaded) => loaded.endUploads());
  await signOut();
}

export function AccountMenu({ email }: { email: string | undefined }) {
  const w = words.value;
  const days = config.value?.keepDeletedDays;
  return (
    <>
      <button type="button" class="round" popovertarget="account" aria-label={w.account}>
        <span aria-hidden="true">{(email ?? '·').slice(0, 1).toUpperCase()}</span>
      </button>
      <div id="account" popover="auto" class="menu" role="dialog" aria-label={w.account}>
        {email && <p class="email">{email}</p>}
        <Choices />
        {days !== undefined && <p class="soft">{w.keptDays(days)}</p>}
        <button type="button" class="plain" onClick={() => void leave()}>
          {w.signOut}
        </button>
      </div>
    </>
  );
}
