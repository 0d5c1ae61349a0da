import type { Artifact } from '../../../builder/artifact.ts';
import { OF_THE_CLOUD } from '../../../wire/gateway.ts';
import type { FunctionConfiguration } from '../configuration.ts';

/** The ARN of a version, or of `$LATEST`. */
export function ownArn({ functionArn, version }: FunctionConfiguration): string {
  return `${functionArn}:${version}`;
}

/** A configuration as the API shows it. */
export function describe(configuration: FunctionConfiguration, arn: string): object {
  const { logging, variables, layers, deadLetterArn, code } = configuration;
  return {
    FunctionName: configuration.functionName,
    FunctionArn: arn,
    Version: configuration.version,
    Description: configuration.description,
    Role: configuration.roleArn,
    Runtime: configuration.runtime,
    Handler: configuration.handler,
    Architectures: [configuration.architecture],
    MemorySize: configuration.memoryMb,
    Timeout: configuration.timeoutSeconds,
    EphemeralStorage: { Size: configuration.ephemeralStorageMb },
    ...(Object.keys(variables).length > 0 && { Environment: { Variables: variables } }),
    ...(layers.length > 0 && { Layers: layers.map((layer) => ({ Arn: layer.arn })) }),
    TracingConfig: { Mode: configuration.tracing },
    LoggingConfig: {
      LogFormat: logging.format,
      ...(logging.format === 'JSON' && {
        ApplicationLogLevel: logging.applicationLevel,
        SystemLogLevel: logging.systemLevel,
      }),
      LogGroup: logging.group,
    },
    ...(deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: deadLetterArn } }),
    CodeSha256: codeSha256(code),
    CodeSize: 0,
    PackageType: 'Zip',
    RevisionId: configuration.revisionId,
    LastModified: configuration.lastModified.replace('Z', '+0000'),
    State: 'Active',
    LastUpdateStatus: 'Successful',
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  };
}

/** On AWS the hash of the zip. Here that of the files' names and contents: the same for the same files, however they were zipped. */
export function codeSha256({ Sha256: sha256 }: Artifact): string {
  return Buffer.from(sha256, 'hex').toString('base64');
}

/** Where an artifact can be fetched as a zip. Its name is its hash: what lies there never changes. */
export function codeLocation(endpoint: string, { Sha256: sha256 }: Artifact): string {
  return `${endpoint}${OF_THE_CLOUD}code/${sha256}.zip`;
}
