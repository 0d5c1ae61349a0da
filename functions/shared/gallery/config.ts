/** Days for which UploadsBucket keeps what is no longer the current version; template.yaml's lifecycle rule has the same number. */
export const KEEP_DELETED_DAYS = 7;

/** What the page asks of sign-in, as the user pool's client allows it. */
export const SCOPES = ['openid', 'email', 'profile'] as const;
