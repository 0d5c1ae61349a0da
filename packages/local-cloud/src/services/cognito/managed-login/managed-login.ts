import { AwsError } from '../../../core/aws-error.ts';
import type { Random } from '../../../core/random.ts';
import type { WireRequest, WireResponse } from '../../../wire/messages.ts';
import type { Accounts } from '../accounts.ts';
import { HOSTED } from '../oauth/discovery.ts';
import { clientOf, type OAuthParts } from '../oauth/token.ts';
import { randomText } from '../random-text.ts';
import type { User, UserPool } from '../user-pool.ts';
import { AuthorizationError, readAuthorization, withParameters, type Authorization } from './authorization.ts';
import { cookieOf, setCookie } from './cookies.ts';
import { page, type Field, type Page } from './page.ts';
import { languageOf, wordsIn } from './words.ts';

const SESSION_COOKIE = 'cognito';
const FORM_COOKIE = 'XSRF-TOKEN';
const SESSION_SECONDS = 3600;

type Parts = OAuthParts & { accounts: Accounts; random: Random };

/** One request for a page, with what all pages need. */
type Visit = { pool: UserPool; domain: string; request: WireRequest; form: URLSearchParams };

/** The pages of managed login: sign in, sign up, confirm, change a temporary password, sign out. */
export function createManagedLogin({ pools, users, signIns, tokens, accounts, random }: Parts) {
  /** Who must choose a password of their own before they are signed in; by a token in the form. */
  const choosing = new Map<string, string>();

  const pathOf = ({ domain }: Visit): string => `${HOSTED}${domain}/`;

  /** Where a page's own links and forms lead: the same request, at another page. */
  const at = (visit: Visit, name: string): string => `${pathOf(visit)}${name}?${visit.request.query.toString()}`;

  function show(
    visit: Visit,
    name: 'login' | 'signup' | 'confirm' | 'new-password',
    { fields, title, ...rest }: Pick<Page, 'title' | 'problem' | 'hint' | 'link'> & { fields: readonly Field[] },
    hidden: Readonly<Record<string, string>> = {},
  ): WireResponse {
    const { query, headers } = visit.request;
    const { client, redirectUri } = readAuthorization(pools, visit.pool, query);
    const language = languageOf(query.get('lang'));
    const words = wordsIn(language);
    const common = { language, words, redirectsTo: [new URL(redirectUri).origin] };
    if (!client.hasBranding) return page({ ...common, title: words.unavailable }, { status: 403 });
    const token = cookieOf(headers['cookie'], FORM_COOKIE) ?? randomText(random, 32);
    return page(
      {
        ...common,
        ...rest,
        title,
        form: { action: at(visit, name), fields, hidden: { _csrf: token, ...hidden }, submit: words.next },
      },
      { cookie: setCookie(FORM_COOKIE, token, { path: pathOf(visit), maxAge: SESSION_SECONDS }) },
    );
  }

  const wordsOf = ({ request }: Visit) => wordsIn(languageOf(request.query.get('lang')));

  function loginPage(visit: Visit, { problem, email = '' }: { problem?: string; email?: string } = {}): WireResponse {
    const words = wordsOf(visit);
    const fields: Field[] = [
      {
        name: 'username',
        label: words.email,
        type: 'email',
        autocomplete: 'username',
        value: email || (visit.request.query.get('login_hint') ?? ''),
      },
      { name: 'password', label: words.password, type: 'password', autocomplete: 'current-password' },
    ];
    const link = { href: at(visit, 'signup'), text: words.toSignUp };
    return show(visit, 'login', {
      title: words.signIn,
      fields,
      ...(problem !== undefined && { problem }),
      ...(!visit.pool.adminCreateUserOnly && { link }),
    });
  }

  function signUpPage(visit: Visit, { problem, email = '' }: { problem?: string; email?: string } = {}): WireResponse {
    const words = wordsOf(visit);
    const fields: Field[] = [
      { name: 'username', label: words.email, type: 'email', autocomplete: 'username', value: email },
      { name: 'password', label: words.password, type: 'password', autocomplete: 'new-password' },
    ];
    const link = { href: at(visit, 'login'), text: words.toSignIn };
    return show(visit, 'signup', { title: words.signUp, fields, link, ...(problem !== undefined && { problem }) });
  }

  function confirmPage(visit: Visit, email: string, problem?: string): WireResponse {
    const words = wordsOf(visit);
    const fields: Field[] = [{ name: 'code', label: words.code, type: 'text', autocomplete: 'one-time-code' }];
    const texts = { title: words.confirm, hint: words.codeIsInConsole, ...(problem !== undefined && { problem }) };
    return show(visit, 'confirm', { ...texts, fields }, { username: email });
  }

  function newPasswordPage(visit: Visit, user: User, problem?: string): WireResponse {
    const words = wordsOf(visit);
    const token = randomText(random, 32);
    choosing.set(token, user.sub);
    const fields: Field[] = [
      { name: 'password', label: words.chosenPassword, type: 'password', autocomplete: 'new-password' },
    ];
    const texts = { title: words.newPassword, ...(problem !== undefined && { problem }) };
    return show(visit, 'new-password', { ...texts, fields }, { session: token });
  }

  /** Back to the application, with a code. */
  function grant(authorization: Authorization, user: User, authTime: number, cookie?: string): WireResponse {
    const { client, redirectUri, scopes, state, nonce, challenge } = authorization;
    const code = signIns.createCode({
      clientId: client.id,
      sub: user.sub,
      redirectUri,
      scopes,
      authTime,
      originJti: random.uuid(),
      ...(nonce !== undefined && { nonce }),
      ...(challenge !== undefined && { challenge }),
    });
    const location = withParameters(redirectUri, { code, ...(state !== null && { state }) });
    return redirect(location, cookie);
  }

  /** Signed in just now: a session for the browser, and a code for the application. */
  function welcome(visit: Visit, user: User): WireResponse {
    const authTime = tokens.now();
    const cookie = setCookie(SESSION_COOKIE, signIns.createSession(user, authTime), {
      path: pathOf(visit),
      maxAge: SESSION_SECONDS,
    });
    return grant(readAuthorization(pools, visit.pool, visit.request.query), user, authTime, cookie);
  }

  function afterPassword(visit: Visit, user: User): WireResponse {
    if (user.status === 'UNCONFIRMED') return confirmPage(visit, user.email);
    if (user.status === 'FORCE_CHANGE_PASSWORD') return newPasswordPage(visit, user);
    return welcome(visit, user);
  }

  /** What a form's handler throws is shown on its page again. */
  async function orProblem(
    act: () => Promise<WireResponse>,
    again: (problem: string) => WireResponse,
  ): Promise<WireResponse> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof AwsError) return again(error.message);
      throw error;
    }
  }

  const pages: Readonly<Record<string, (visit: Visit) => WireResponse | Promise<WireResponse>>> = {
    'GET oauth2/authorize': (visit) => {
      const { request, pool } = visit;
      const authorization = readAuthorization(pools, pool, request.query);
      const session = signIns.session(pool.id, cookieOf(request.headers['cookie'], SESSION_COOKIE));
      const user = session && users.find(pool.id, session.sub);
      const prompt = request.query.get('prompt');
      if (user?.enabled === true && session !== undefined && prompt !== 'login')
        return grant(authorization, user, session.authTime);
      if (prompt === 'none') {
        const { redirectUri, state } = authorization;
        return redirect(withParameters(redirectUri, { error: 'login_required', ...(state !== null && { state }) }));
      }
      return redirect(at(visit, 'login'));
    },
    'GET login': (visit) => loginPage(visit),
    'POST login': (visit) => {
      const email = visit.form.get('username') ?? '';
      return orProblem(
        async () =>
          afterPassword(visit, await accounts.authenticate(visit.pool, email, visit.form.get('password') ?? '')),
        (problem) => loginPage(visit, { problem, email }),
      );
    },
    'GET signup': (visit) => signUpPage(visit),
    'POST signup': (visit) => {
      const email = visit.form.get('username') ?? '';
      const clientId = visit.request.query.get('client_id') ?? '';
      return orProblem(
        async () =>
          afterPassword(visit, await accounts.signUp(visit.pool, clientId, email, visit.form.get('password') ?? '')),
        (problem) => signUpPage(visit, { problem, email }),
      );
    },
    'POST confirm': (visit) => {
      const email = visit.form.get('username') ?? '';
      return orProblem(
        async () =>
          welcome(visit, accounts.confirm(users.get(visit.pool.id, email), (visit.form.get('code') ?? '').trim())),
        (problem) => confirmPage(visit, email, problem),
      );
    },
    'POST new-password': (visit) => {
      const token = visit.form.get('session') ?? '';
      const user = users.find(visit.pool.id, choosing.get(token) ?? '');
      choosing.delete(token);
      if (user === undefined) return loginPage(visit, { problem: wordsOf(visit).stale });
      return orProblem(
        async () => welcome(visit, await accounts.setPassword(user, visit.form.get('password') ?? '', true)),
        (problem) => newPasswordPage(visit, user, problem),
      );
    },
    'GET logout': (visit) => {
      const { request, pool } = visit;
      const client = clientOf(pools, pool, request.query.get('client_id'));
      const target = request.query.get('logout_uri') ?? '';
      if (client === undefined || !client.logoutUrls.includes(target))
        throw new AwsError('redirect_mismatch', 'logout_uri is not one of the sign-out URLs of the client.');
      signIns.endSession(cookieOf(request.headers['cookie'], SESSION_COOKIE));
      return redirect(target, setCookie(SESSION_COOKIE, '', { path: pathOf(visit), maxAge: 0 }));
    },
  };

  /** The page at `name` (what comes after the domain); undefined if there is none. */
  return async (visit: Visit, name: string): Promise<WireResponse | undefined> => {
    const { method, headers } = visit.request;
    const handle = pages[`${method === 'HEAD' ? 'GET' : method} ${name}`];
    if (handle === undefined) return undefined;
    try {
      // A form of another site has no cookie of ours to repeat.
      const token = cookieOf(headers['cookie'], FORM_COOKIE);
      if (method === 'POST' && (token === undefined || token !== visit.form.get('_csrf')))
        return loginPage(visit, { problem: wordsOf(visit).stale });
      return await handle(visit);
    } catch (error) {
      if (error instanceof AuthorizationError) return redirect(error.location);
      if (!(error instanceof AwsError)) throw error;
      const language = languageOf(visit.request.query.get('lang'));
      const words = wordsIn(language);
      return page({ language, words, title: error.code, problem: error.message, redirectsTo: [] }, { status: 400 });
    }
  };
}

function redirect(location: string, cookie?: string): WireResponse {
  return {
    status: 302,
    headers: { location, 'cache-control': 'no-store', ...(cookie !== undefined && { 'set-cookie': cookie }) },
  };
}
