/** The origins that the page may call in addition to its own, such as `https://example.com`. */
export type Neighbours = { uploads: string; thumbnails: string; signIn: readonly string[] };

/**
 * What a browser lets the page do: run its own scripts, show pictures of ThumbnailsBucket, send files to UploadsBucket, and exchange
 * what sign-in has given it. Nothing inline, no frames in or out, no forms.
 */
export function securityHeaders({ uploads, thumbnails, signIn }: Neighbours): Record<string, string> {
  const directives: Record<string, readonly string[]> = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'font-src': ["'self'"],
    'img-src': ["'self'", 'blob:', 'data:', thumbnails],
    'connect-src': ["'self'", uploads, thumbnails, ...signIn],
    'worker-src': ["'self'"],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
  return {
    'content-security-policy': Object.entries(directives)
      .map(([name, sources]) => `${name} ${[...new Set(sources)].join(' ')}`)
      .join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'strict-transport-security': 'max-age=31536000',
    'x-frame-options': 'DENY',
  };
}
