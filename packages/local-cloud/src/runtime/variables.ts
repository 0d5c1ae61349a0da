import { delimiter, join } from 'node:path';
import type { RuntimeConfiguration } from './configuration.ts';
import { nodeMajor } from './node-binary.ts';

export type GivenVariables = {
  region: string;
  endpoint: string;
  /** Of the function's role; absent: none. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  temporaryFolder: string;
  /** What would be /opt; see layers.ts. */
  layerFolder?: string;
  logStream: string;
  /** `host:port` of X-Ray's daemon. */
  xrayDaemonAddress: string;
};

/**
 * The whole environment of a function's process: what Lambda gives, the function's own variables, and nothing of this machine's.
 * Two differ from AWS: TMPDIR, since environments here share one /tmp, and AWS_ENDPOINT_URL, which is how SDKs find the local cloud.
 */
export function environmentVariables(
  configuration: RuntimeConfiguration,
  given: GivenVariables,
): Record<string, string> {
  const { codeFolder, logging } = configuration;
  const inLayers = (...parts: string[]): string[] =>
    given.layerFolder === undefined ? [] : [join(given.layerFolder, ...parts)];
  const major = nodeMajor(configuration.runtime);
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: path(['/usr/local/bin', '/usr/bin', '/bin', ...inLayers('bin')]),
    LD_LIBRARY_PATH: path([codeFolder, join(codeFolder, 'lib'), ...inLayers('lib')]),
    NODE_PATH: path([
      ...inLayers('nodejs', `node${String(major)}`, 'node_modules'),
      ...inLayers('nodejs', 'node_modules'),
    ]),
    AWS_REGION: given.region,
    AWS_DEFAULT_REGION: given.region,
    AWS_ENDPOINT_URL: given.endpoint,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${String(major)}.x`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: configuration.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: given.logStream,
    AWS_LAMBDA_LOG_FORMAT: logging.format,
    ...(logging.format === 'JSON' && { AWS_LAMBDA_LOG_LEVEL: logging.applicationLevel }),
    ...(given.credentials && {
      AWS_ACCESS_KEY_ID: given.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: given.credentials.secretAccessKey,
      AWS_SESSION_TOKEN: given.credentials.sessionToken,
    }),
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: given.xrayDaemonAddress,
    _AWS_XRAY_DAEMON_ADDRESS: given.xrayDaemonAddress.slice(0, given.xrayDaemonAddress.lastIndexOf(':')),
    _AWS_XRAY_DAEMON_PORT: given.xrayDaemonAddress.slice(given.xrayDaemonAddress.lastIndexOf(':') + 1),
    LAMBDA_TASK_ROOT: codeFolder,
    _HANDLER: configuration.handler,
    TMPDIR: given.temporaryFolder,
    ...windowsNeeds(),
    ...configuration.variables,
  };
}

function path(folders: readonly string[]): string {
  return folders.join(delimiter);
}

/** Without these, Windows opens no socket and finds no folder for temporary files. */
function windowsNeeds(): Record<string, string> {
  const { SystemRoot } = process.env;
  return process.platform === 'win32' && SystemRoot !== undefined ? { SystemRoot } : {};
}
