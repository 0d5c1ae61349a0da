import type { Page } from 'playwright-core';

export type Network = {
  /** From now on at most that many bytes per second are sent. */
  slow: (bytesPerSecond: number) => Promise<void>;
  /** The connection is lost, in the middle of what is on its way. */
  lost: () => Promise<void>;
  fast: () => Promise<void>;
};

/** The connection of one tab. */
export async function networkOf(page: Page): Promise<Network> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const emulate = async (offline: boolean, uploadThroughput: number): Promise<void> => {
    await session.send('Network.emulateNetworkConditions', {
      offline,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  };
  return {
    slow: (bytesPerSecond) => emulate(false, bytesPerSecond),
    lost: () => emulate(true, -1),
    fast: () => emulate(false, -1),
  };
}
