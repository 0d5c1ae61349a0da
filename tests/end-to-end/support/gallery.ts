import { createHash, randomBytes } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { createBrowser } from 'local-cloud/testing';
import type { Stage } from './stage.ts';

/** What sign-in gives a page. */
export type Tokens = { access: string; id: string; refresh: string };

/** What the API answered, its body read. */
export type Answered = { status: number; headers: Headers; json: Record<string, unknown>; text: string };

type Config = {
  signIn: Record<'authorizationEndpoint' | 'tokenEndpoint' | 'logoutEndpoint' | 'clientId', string> & {
    scopes: string[];
  };
};

/** The gallery of a stack on this machine, as a page uses it: by its own URLs alone. */
export async function openGallery({ output }: Stage, endpoint: string) {
  const url = output('GalleryUrl');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const cognito = new CognitoIdentityProviderClient({ endpoint, region: 'us-east-1', credentials });
  const { signIn } = (await (await fetch(new URL('api/config', url))).json()) as Config;

  /** As README.md says that members are added; the password is known only here. */
  async function addMember(email: string, group?: string): Promise<void> {
    const user = { UserPoolId: output('UserPoolId'), Username: email };
    await cognito.send(
      new AdminCreateUserCommand({
        ...user,
        MessageAction: 'SUPPRESS',
        UserAttributes: [
          { Name: 'email', Value: email },
          { Name: 'email_verified', Value: 'true' },
        ],
      }),
    );
    await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: passwordOf(email), Permanent: true }));
    if (group !== undefined) await cognito.send(new AdminAddUserToGroupCommand({ ...user, GroupName: group }));
  }

  /** By managed login, code and PKCE. */
  async function signInAs(email: string, password = passwordOf(email)): Promise<Tokens> {
    const verifier = randomBytes(32).toString('base64url');
    const asked = new URL(signIn.authorizationEndpoint);
    const parameters = {
      ...{ response_type: 'code', client_id: signIn.clientId, redirect_uri: url, scope: signIn.scopes.join(' ') },
      ...{ state: 's', code_challenge: createHash('sha256').update(verifier).digest('base64url') },
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) asked.searchParams.set(name, value);
    const browser = createBrowser();
    const toLogin = await browser.open(asked.href);
    const login = await browser.open(toLogin.location);
    const back = await login.submit({ username: email, password });
    const code = new URL(back.location).searchParams.get('code') ?? '';
    const body = new URLSearchParams({
      ...{ grant_type: 'authorization_code', client_id: signIn.clientId, code },
      ...{ redirect_uri: url, code_verifier: verifier },
    });
    const answer = await fetch(signIn.tokenEndpoint, { method: 'POST', body });
    const found = (await answer.json()) as { access_token: string; id_token: string; refresh_token: string };
    if (!answer.ok) throw new Error(`No token for ${email}: ${answer.status} ${JSON.stringify(found)}`);
    return { access: found.access_token, id: found.id_token, refresh: found.refresh_token };
  }

  async function ask(
    path: string,
    {
      method = 'GET',
      token,
      body,
      headers = {},
    }: { method?: string; token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answered> {
    const answer = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  }

  /** Sends a file by a form of the API; `changes` are of its fields. The status is S3's. */
  async function send(
    form: Record<string, unknown>,
    bytes: Uint8Array,
    changes: Record<string, string> = {},
  ): Promise<number> {
    const data = new FormData();
    for (const [name, value] of Object.entries({ ...(form['fields'] as Record<string, string>), ...changes }))
      data.append(name, value);
    data.append('file', new Blob([Uint8Array.from(bytes)]), 'file');
    const answer = await fetch(form['url'] as string, { method: 'POST', body: data });
    await answer.arrayBuffer();
    return answer.status;
  }

  return { url, addMember, signInAs, ask, send };
}

/** A password that the pool's policy takes, known by the address alone. */
export function passwordOf(email: string): string {
  return `Aa1!${createHash('sha256').update(email).digest('hex').slice(0, 20)}`;
}
