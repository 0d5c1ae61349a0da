/** What a table has besides dynalite's description of it. */
export type TableSettings = {
  deletionProtection: boolean;
  /** The attribute that holds when an item expires, in seconds since 1970; absent: items do not expire. */
  timeToLive?: string;
  /** Kept and described; there is nothing to restore from. */
  pointInTimeRecovery: boolean;
};

export const defaultSettings: TableSettings = { deletionProtection: false, pointInTimeRecovery: false };
