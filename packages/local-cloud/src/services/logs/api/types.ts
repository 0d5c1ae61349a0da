export type LogEvent = { timestamp: number; ingestionTime: number; message: string };

export type LogStream = { name: string; createdAt: number; events: LogEvent[] };

/** As it is kept: what was logged is in memory, and in a file a group. */
export type LogGroup = { name: string; arn: string; createdAt: number; retentionDays?: number | undefined };
