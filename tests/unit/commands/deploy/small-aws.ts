import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A stack as CloudFormation describes it, and its aliases as Lambda does, by `functionName:alias`. */
export type SmallStack = {
  status: string;
  updatedAt?: string;
  parameters?: Readonly<Record<string, string>>;
  resources?: readonly (readonly [logicalId: string, type: string, physicalId: string])[];
  aliases?: Readonly<Record<string, { FunctionVersion: string; RoutingConfig?: object }>>;
};

/** Lambda's limit and what functions reserve, by name; and deployment configurations by name, each for its platform. */
export type SmallAccount = {
  limit?: number;
  reserved?: Readonly<Record<string, number>>;
  configurations?: Readonly<Record<string, string>>;
};

/** As much of CloudFormation, Lambda, CodeDeploy and DynamoDB as `npm run deploy` uses. Without a stack, there is none. */
export async function smallAws(
  stackNow: () => SmallStack | undefined = () => undefined,
  { limit = 1000, reserved = {}, configurations = {} }: SmallAccount = {},
): Promise<{ endpoint: string; protectedTables: string[]; end: () => Promise<void> }> {
  const protectedTables: string[] = [];
  const inAll = Object.values(reserved).reduce((sum, number) => sum + number, 0);
  function answer(path: string, form: URLSearchParams, body: string): { status: number; body: string } {
    const stack = stackNow();
    if (path.endsWith('/account-settings'))
      return json({ AccountLimit: { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: limit - inAll } });
    const [, reserving] = /\/functions\/([^/]+)\/concurrency$/u.exec(path) ?? [];
    if (reserving !== undefined) return json({ ReservedConcurrentExecutions: reserved[reserving] });
    if (body.includes('"TableName"')) {
      const { TableName, DeletionProtectionEnabled } = JSON.parse(body) as {
        TableName: string;
        DeletionProtectionEnabled?: boolean;
      };
      if (DeletionProtectionEnabled === true) protectedTables.push(TableName);
      return json({ Table: { TableName, DeletionProtectionEnabled: protectedTables.includes(TableName) } });
    }
    if (body.includes('deploymentConfigName')) {
      const { deploymentConfigName: name } = JSON.parse(body) as { deploymentConfigName: string };
      const computePlatform = configurations[name];
      return computePlatform === undefined
        ? { status: 400, body: '{"__type":"DeploymentConfigDoesNotExistException","message":"no such configuration"}' }
        : json({ deploymentConfigInfo: { deploymentConfigName: name, computePlatform } });
    }
    const [, functionName = '', alias = ''] = /\/functions\/([^/]+)\/aliases\/([^/]+)$/u.exec(path) ?? [];
    if (functionName !== '') return json(stack?.aliases?.[`${functionName}:${alias}`]);
    const name = form.get('StackName') ?? '';
    if (stack === undefined) return refusal('ValidationError', `Stack with id ${name} does not exist`);
    const action = form.get('Action') ?? '';
    const result = action === 'DescribeStacks' ? describe(name, stack) : summaries(stack);
    return { status: 200, body: `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>` };
  }

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { status, body: answered } = answer(request.url ?? '', new URLSearchParams(body), body);
      response.writeHead(status, { 'content-type': answered.startsWith('{') ? 'application/json' : 'text/xml' });
      response.end(answered);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    protectedTables,
    endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    end: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function describe(name: string, { status, updatedAt, parameters = {} }: SmallStack): string {
  const members = Object.entries(parameters).map(
    ([key, value]) => `<member><ParameterKey>${key}</ParameterKey><ParameterValue>${value}</ParameterValue></member>`,
  );
  const updated = updatedAt === undefined ? '' : `<LastUpdatedTime>${updatedAt}</LastUpdatedTime>`;
  return `<Stacks><member><StackName>${name}</StackName><StackStatus>${status}</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime>${updated}<Parameters>${members.join('')}</Parameters></member></Stacks>`;
}

function summaries({ resources = [] }: SmallStack): string {
  const members = resources.map(
    ([logicalId, type, physicalId]) =>
      `<member><LogicalResourceId>${logicalId}</LogicalResourceId><ResourceType>${type}</ResourceType><PhysicalResourceId>${physicalId}</PhysicalResourceId><ResourceStatus>UPDATE_COMPLETE</ResourceStatus></member>`,
  );
  return `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>`;
}

function json(value: object | undefined): { status: number; body: string } {
  return value === undefined
    ? { status: 404, body: '{"Type":"User","Message":"no such alias"}' }
    : { status: 200, body: JSON.stringify(value) };
}

function refusal(code: string, message: string): { status: number; body: string } {
  return {
    status: 400,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
}
