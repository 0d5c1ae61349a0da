/** Code could not be built: the message says which function or layer, and what the builder says, with file and line. */
export class BuildError extends Error {
  override name = 'BuildError';
}
