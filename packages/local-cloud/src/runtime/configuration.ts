export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

export type Logging = {
  format: 'Text' | 'JSON';
  /** Filters what the handler says; in JSON format only. */
  applicationLevel: LogLevel;
  /** Filters what Lambda says; in JSON format only. */
  systemLevel: 'DEBUG' | 'INFO' | 'WARN';
  group: string;
};

/** What an execution environment is made from: one state of a function that never changes. */
export type RuntimeConfiguration = {
  functionName: string;
  /** `$LATEST` or a number. */
  version: string;
  /** e.g. `nodejs24.x`. */
  runtime: string;
  handler: string;
  codeFolder: string;
  /** In the order of the function's `Layers`: later ones win. */
  layerFolders: readonly string[];
  memoryMb: number;
  timeoutSeconds: number;
  variables: Readonly<Record<string, string>>;
  tracing: 'Active' | 'PassThrough';
  logging: Logging;
};
