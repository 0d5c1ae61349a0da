/** The template (or a value given to it) is wrong, or asks for what is not implemented. The message says what, and where in the file. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}
