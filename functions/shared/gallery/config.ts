/** Days for which UploadsBucket keeps noncurrent versions. The lifecycle rule in template.yaml has the same number. */
export const KEEP_DELETED_DAYS = 7;

/** What the page asks of sign-in, as the user pool's client allows it. */
export const SCOPES = ['openid', 'email', 'profile'] as const;
