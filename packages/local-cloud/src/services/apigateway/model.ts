/** An HTTP API (`AWS::ApiGatewayV2::Api`) with all that belongs to it, as it is kept across restarts. */
export type HttpApi = {
  apiId: string;
  name: string;
  /** Where it is served, on the loopback interface. */
  port: number;
  createdAt: string;
  /** Of the stage `$default`; absent: nothing is served. */
  stage?: Stage;
  integrations: Readonly<Record<string, Integration>>;
  routes: Readonly<Record<string, Route>>;
  authorizers: Readonly<Record<string, Authorizer>>;
};

export type Stage = {
  /** Requests per second of each route, and how many may come at once; absent: as many as come. */
  throttling?: { rate: number; burst: number };
  accessLog?: { group: string; format: string };
};

export type Integration = {
  /** The ARN of a function, qualified or not. */
  functionArn: string;
  timeoutMs: number;
};

export type Route = {
  /** `GET /things/{thingId}`, `ANY /{proxy+}`, `$default`. */
  routeKey: string;
  integrationId: string;
  /** Absent: anybody may call it. */
  authorization?: { authorizerId: string; scopes: readonly string[] };
};

export type Authorizer = {
  name: string;
  /** The request header that has the token, in lower case. */
  header: string;
  issuer: string;
  audience: readonly string[];
};
