import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

import type { Answer } from '../../../functions/verify-gallery/answer.ts';

type Content = Record<string, { schema?: object }>;
type Response = { $ref?: string; content?: Content; headers?: Record<string, unknown> };
type Operation = { responses: Record<string, Response>; security?: unknown[] };
export type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Response>; schemas: Record<string, object> };
};

/** docs/api.yaml. */
export const api = parse(readFileSync(join(import.meta.dirname, '../../../docs/api.yaml'), 'utf8')) as Document;

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'api', ...api });

/** What the document leaves open, for one answer of one operation: sentences, none if it says just that. */
export function differences(path: string, method: string, answer: Answer): string[] {
  const operation = api.paths[path]?.[method.toLowerCase()];
  const described = operation?.responses[String(answer.status)];
  if (described === undefined) return [`docs/api.yaml does not say that ${method} ${path} answers ${answer.status}`];
  const response = resolved(described);
  const type = answer.headers['content-type'];
  if (response.content === undefined)
    return answer.text === '' ? [] : [`${answer.status} has a body, which is not described`];
  const found = Object.keys(response.content).find((one) => type === one || type?.startsWith(`${one};`));
  if (found === undefined) return [`${answer.status} is ${type ?? 'nothing'}, which is not described`];
  if (!found.endsWith('json')) return [];
  const validate = validatorOf(path, method, answer.status, found, response);
  return validate(JSON.parse(answer.text))
    ? []
    : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message ?? ''}`);
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(
  path: string,
  method: string,
  status: number,
  type: string,
  { content }: Response,
): ValidateFunction {
  const name = `${method} ${path} ${status} ${type}`;
  let validate = validators.get(name);
  if (validate === undefined) {
    const { schema = {} } = content?.[type] ?? {};
    // References within the document are of the document.
    const text = JSON.stringify(schema).replaceAll('"#/', '"api#/');
    validate = ajv.compile(JSON.parse(text) as object);
    validators.set(name, validate);
  }
  return validate;
}

function resolved(response: Response): Response {
  const [, name = ''] = /^#\/components\/responses\/(\w+)$/u.exec(response.$ref ?? '') ?? [];
  return response.$ref === undefined ? response : (api.components.responses[name] ?? {});
}
