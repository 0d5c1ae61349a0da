import { useEffect } from 'preact/hooks';
import { sessions } from '../sign-in/browser.ts';
import { Announcer } from './announcements.tsx';
import { Bars } from './bars.tsx';
import { DropZone } from './drop-zone.tsx';
import { Header } from './header.tsx';
import { Photos } from './photos.tsx';
import { startGallery } from './start-gallery.ts';
import { Welcome } from './welcome.tsx';
import { words } from '../words/language.ts';

export function App() {
  const session = sessions.session.value;
  const user = session.status === 'in' ? session.sub : undefined;
  useEffect(() => {
    if (user !== undefined) startGallery(user);
  }, [user]);
  if (session.status === 'out') {
    return (
      <>
        <Header />
        <Welcome ended={session.ended} />
      </>
    );
  }
  return (
    <>
      <a class="skip" href="#grid">
        {words.value.skip}
      </a>
      <Header />
      <main>{user !== undefined && <Photos />}</main>
      <Bars />
      <Announcer />
      {user !== undefined && <DropZone />}
    </>
  );
}
