/** A browser as far as sign-in needs one: it keeps cookies, follows no redirect by itself, and reads the one form of a page. */
export function createBrowser() {
  const cookies = new Map<string, string>();

  async function open(url: string, init: RequestInit = {}): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...(cookie !== '' && { cookie }) } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes('Max-Age=0')) cookies.delete(name);
      else cookies.set(name, value);
    }
    const html = await response.text();
    return {
      url,
      html,
      status: response.status,
      headers: response.headers,
      location: absolute(response.headers.get('location'), url),
      alert: unescape(/role="alert">([^<]*)/.exec(html)?.[1] ?? ''),
      title: unescape(/<h1>([^<]*)/.exec(html)?.[1] ?? ''),
      submit: (fields) => {
        const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(html) ?? [];
        const hidden = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
        const form = new URLSearchParams(
          Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, unescape(value)])),
        );
        for (const [name, value] of Object.entries(fields)) form.set(name, value);
        return open(new URL(unescape(action), url).href, { method: 'POST', body: form });
      },
      follow: (name) => {
        const [, href = ''] = new RegExp(`<a href="([^"]*/${name}[^"]*)"`).exec(html) ?? [];
        return open(new URL(unescape(href), url).href);
      },
    };
  }

  return { open, cookies };
}

export type Page = {
  url: string;
  html: string;
  status: number;
  headers: Headers;
  location: string;
  alert: string;
  title: string;
  /** Sends the page's form, with these fields over its hidden ones. */
  submit: (fields: Readonly<Record<string, string>>) => Promise<Page>;
  /** Follows the page's link to a page of managed login. */
  follow: (name: string) => Promise<Page>;
};

function absolute(location: string | null, base: string): string {
  return location === null ? '' : new URL(location, base).href;
}

function unescape(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
