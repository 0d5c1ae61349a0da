/** A request as it might come. `user` undefined: without a token. */
export type Asked = {
  method: string;
  path: string;
  query?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  user?: string;
};

/** The event that an HTTP API would make of it (payload format 2.0), having verified the user's access token. */
export function requestEvent({ method, path, query = '', headers = {}, body, user }: Asked): object {
  const [, imageId] = /^\/api\/images\/([^/]+)$/u.exec(path) ?? [];
  const route = imageId === undefined ? path : '/api/images/{imageId}';
  const claims = { sub: user, token_use: 'access', scope: 'openid email profile', 'cognito:groups': '[verifiers]' };
  return {
    version: '2.0',
    routeKey: path.startsWith('/api/') ? `${method} ${route}` : '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'verify-gallery.invalid', ...headers },
    requestContext: {
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'verify-gallery' },
      requestId: 'verify-gallery',
      stage: '$default',
      ...(user !== undefined && { authorizer: { jwt: { claims, scopes: ['openid'] } } }),
    },
    ...(imageId !== undefined && { pathParameters: { imageId } }),
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}

/** The event with which Cognito asks whether a person may sign up. */
export function signUpEvent(triggerSource: string, email: string): object {
  return {
    version: '1',
    triggerSource,
    region: 'us-east-1',
    userPoolId: 'us-east-1_verify',
    userName: 'verify-gallery',
    callerContext: { awsSdkVersion: 'verify-gallery', clientId: 'verify-gallery' },
    request: { userAttributes: { email }, validationData: {} },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  };
}
