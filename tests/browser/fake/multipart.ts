/** Fields of a `multipart/form-data` body; the file's bytes apart. Enough for what a browser sends. */
export function readForm(body: Buffer, contentType: string): { fields: Map<string, string>; file: Buffer } {
  const boundary = `--${/boundary=(.+)$/.exec(contentType)?.[1] ?? ''}`;
  const fields = new Map<string, string>();
  let file = Buffer.alloc(0);
  let at = body.indexOf(boundary);
  while (at >= 0) {
    const headEnd = body.indexOf('\r\n\r\n', at);
    const end = body.indexOf(`\r\n${boundary}`, at + boundary.length);
    if (headEnd < 0 || end < 0) break;
    const name = /name="([^"]*)"/.exec(body.subarray(at, headEnd).toString())?.[1] ?? '';
    const content = body.subarray(headEnd + 4, end);
    if (name === 'file') file = content;
    else fields.set(name, content.toString());
    at = end + 2;
  }
  return { fields, file };
}
