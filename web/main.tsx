import { render } from 'preact';
import { App } from './frame/app.tsx';
import { startPreferences } from './frame/preferences.ts';
import { startSession } from './sign-in/browser.ts';

startPreferences();
const app = document.getElementById('app');
if (app === null) throw new Error('index.html has no element with the id "app"');
// Nothing is asked before the first paint, and the paint waits for no answer.
render(<App />, app);
void startSession();
