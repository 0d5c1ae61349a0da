/** Says what it was told, in its log and in its answer; throws where it is told to fail. */
export async function handler(event: { fail?: string }): Promise<object> {
  console.log(`heard ${JSON.stringify(event)}`);
  if (event.fail !== undefined) throw new RangeError(event.fail);
  return { echo: event };
}
