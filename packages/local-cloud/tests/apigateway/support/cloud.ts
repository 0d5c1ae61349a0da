import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCloud, type Cloud, type CloudOptions } from '../../../src/cloud.ts';
import type { CloudEvent } from '../../../src/core/cloud-event.ts';

/** Answers with its event, or as the event's body says. */
const echo = `exports.handler = async (event) => {
  if (event.rawPath.startsWith('/answer')) return JSON.parse(Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString());
  if (event.rawPath === '/throw') throw new Error('no');
  if (event.rawPath === '/slow') await new Promise((resolve) => setTimeout(resolve, 3000));
  return { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(event) };
};`;

const ref = (Ref: string): object => ({ Ref });
const sub = (text: string): object => ({ 'Fn::Sub': text });

/** An HTTP API in front of that function; routes by key, each with more properties. */
export function templateOf(
  routes: Readonly<Record<string, object>>,
  { stage = {}, more = {} }: { stage?: object; more?: Readonly<Record<string, unknown>> } = {},
): object {
  return {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
          Policies: [
            {
              PolicyName: 'logs',
              PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }] },
            },
          ],
        },
      },
      Echo: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { ZipFile: echo },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Timeout: 10,
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        },
      },
      Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: ref('Echo') } },
      Live: {
        Type: 'AWS::Lambda::Alias',
        Properties: {
          Name: 'live',
          FunctionName: ref('Echo'),
          FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
        },
      },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'things', ProtocolType: 'HTTP' } },
      Stage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: { ApiId: ref('Api'), StageName: '$default', AutoDeploy: true, ...stage },
      },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: ref('Api'),
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: ref('Live'),
          PayloadFormatVersion: '2.0',
        },
      },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: ref('Live'),
          Principal: 'apigateway.amazonaws.com',
          SourceArn: sub('arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/$default/*'),
        },
      },
      ...Object.fromEntries(
        Object.entries(routes).map(([RouteKey, properties], index) => [
          `Route${String(index)}`,
          {
            Type: 'AWS::ApiGatewayV2::Route',
            Properties: { ApiId: ref('Api'), RouteKey, Target: sub('integrations/${Integration}'), ...properties },
          },
        ]),
      ),
      ...more,
    },
    Outputs: { ApiUrl: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } }, ApiId: { Value: ref('Api') } },
  };
}

export type Deployed = {
  cloud: Cloud;
  url: string;
  observed: CloudEvent[];
  redeploy: (template: object) => Promise<unknown>;
  stop: () => Promise<void>;
};

export async function deployApi(template: object, options: Partial<CloudOptions> = {}): Promise<Deployed> {
  const folder = await mkdtemp(join(tmpdir(), 'http-api-'));
  const file = join(folder, 'template.json');
  const write = (text: object): Promise<void> => writeFile(file, JSON.stringify(text));
  await write(template);
  const observed: CloudEvent[] = [];
  const cloud = await createCloud({ template: file, port: 0, observe: (event) => observed.push(event), ...options });
  const stop = async (): Promise<void> => {
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { ApiUrl: url = '' } = await cloud.deploy();
    return {
      cloud,
      url,
      observed,
      redeploy: async (text) => {
        await write(text);
        return cloud.deploy();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export type RawResponse = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

/** A request with every liberty that fetch does not take: path, headers and their order as they are written. */
export function send(
  url: string,
  {
    path = '/',
    method = 'GET',
    headers = {},
    host,
    body,
  }: {
    path?: string;
    method?: string;
    headers?: Record<string, string | string[]>;
    host?: string;
    body?: string | Buffer;
  },
): Promise<RawResponse> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: host ?? hostname.replace(/[[\]]/g, ''),
        port,
        method,
        path,
        headers: { host: `${hostname}:${port}`, ...headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
