/** For resource types all of whose properties ask for replacement. */
export async function neverUpdated({ logicalId }: { logicalId: string }): Promise<never> {
  throw new Error(`${logicalId} is replaced when it changes, never updated.`);
}
