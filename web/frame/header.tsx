import { hasMore } from '../images/load.ts';
import { loaded, shown } from '../images/store.ts';
import { release } from '../api/config.ts';
import { sessions } from '../sign-in/browser.ts';
import { words } from '../words/language.ts';
import { AccountMenu } from './account-menu.tsx';
import { AddButton } from './add-button.tsx';
import { Choices } from './choices.tsx';

export function Header() {
  const w = words.value;
  const session = sessions.session.value;
  const count = shown.value.length;
  return (
    <header>
      <h1>{w.title}</h1>
      {session.status === 'in' && loaded.value && count > 0 && (
        <span class="count">{w.count(count, hasMore.value)}</span>
      )}
      {session.status === 'in' && release.value.underWay && <span class="releasing">{w.releasing}</span>}
      <span class="space" />
      {session.status === 'out' && <Choices />}
      {session.status === 'in' && (
        <>
          <AccountMenu email={session.email} />
          <AddButton />
        </>
      )}
    </header>
  );
}
